import { Fragment } from 'react';

const NAMES: Record<string, string> = {
  W: 'white',
  U: 'blue',
  B: 'black',
  R: 'red',
  G: 'green',
  C: 'colourless',
  S: 'snow',
  X: 'X',
  T: 'tap',
  Q: 'untap',
  P: 'Phyrexian',
  E: 'energy',
};

function spoken(symbol: string): string {
  return symbol
    .split('/')
    .map((part) => NAMES[part] ?? part)
    .join(' or ');
}

/** One mana or cost symbol, drawn by us: a coloured disc with its letter. */
export function Pip({ symbol }: { symbol: string }) {
  const [first = '', second] = symbol.split('/');
  const half = second !== undefined && second !== 'P' ? ` pip-to-${second}` : '';
  const text = symbol === 'T' ? '⤵' : symbol === 'Q' ? '⤴' : symbol.replaceAll('/', '');
  return (
    <span className={`pip pip-${first}${half}${text.length > 1 ? ' pip-long' : ''}`} title={spoken(symbol)}>
      {text}
    </span>
  );
}

function tokens(text: string): string[] {
  return text.split(/(\{[^}]+\})/).filter(Boolean);
}

/** A mana cost such as `{2}{W/U}`, read aloud as words. */
export function ManaCost({ cost }: { cost: string | null | undefined }) {
  if (!cost) return null;
  const symbols = tokens(cost);
  const label = symbols.map((token) => spoken(token.replace(/[{}]/g, ''))).join(', ');
  return (
    <span className="mana" role="img" aria-label={`Mana cost: ${label}`}>
      {symbols.map((token, index) =>
        token.startsWith('{') ? (
          <Pip key={index} symbol={token.slice(1, -1)} />
        ) : (
          <span key={index} className="muted">
            {token}
          </span>
        ),
      )}
    </span>
  );
}

/** Rules text: symbols drawn, reminder text in italics, one paragraph per line. */
export function RulesText({ text }: { text: string }) {
  return (
    <div className="rules">
      {text.split('\n').map((line, index) => (
        <p key={index}>
          {line.split(/(\([^)]*\))/).map((part, at) => {
            const body = tokens(part).map((token, place) =>
              token.startsWith('{') ? (
                <Pip key={place} symbol={token.slice(1, -1)} />
              ) : (
                <Fragment key={place}>{token}</Fragment>
              ),
            );
            return part.startsWith('(') ? <em key={at}>{body}</em> : <Fragment key={at}>{body}</Fragment>;
          })}
        </p>
      ))}
    </div>
  );
}
