type Line = [example: string, meaning: string];

const HELP: Line[] = [
  ['lightning bolt', 'both words in the name'],
  ['!"Sol Ring"', 'exactly this name'],
  ['t:legendary t:elf', 'in the type line'],
  ['o:"draw a card"', 'in the rules text'],
  ['c:wu   c=rg   id<=bug', 'colours at least, exactly; identity within'],
  ['mv<=2   pow>tou', 'mana value, power, toughness'],
  ['s:mh3   cn:42   st:core', 'set, collector number, kind of set'],
  ['r>=rare', 'rarity'],
  ['f:modern   banned:legacy', 'legal or banned in a format'],
  ['usd>=5   eur<1   tix>0.5', 'price of the printing'],
  ['is:foil   is:reserved   not:reprint', 'properties'],
  ['-t:land   (t:elf or t:goblin)', 'not, either, grouping'],
];

function Lines({ lines }: { lines: readonly Line[] }) {
  return (
    <dl>
      {lines.map(([example, meaning]) => (
        <div key={example}>
          <dt className="mono">{example}</dt>
          <dd className="muted">{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The search language on one page; `more` is what can be asked only here. */
export function SyntaxHelp({ more }: { more?: readonly Line[] }) {
  return (
    // Where it scrolls, it scrolls by keys too.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="syntax" aria-label="Search language" tabIndex={0}>
      <h2>Search language</h2>
      {more && <Lines lines={more} />}
      <Lines lines={HELP} />
      <p className="muted small">
        Terms are joined by “and”. A term that is not understood is underlined and left out; the rest still
        counts.
      </p>
    </section>
  );
}
