/** TopDeck.gg wants to be named and linked wherever its data is shown. */
export function Credit() {
  return (
    <p className="muted small">
      Data provided by{' '}
      <a href="https://topdeck.gg" target="_blank" rel="noopener noreferrer" className="in-text">
        TopDeck.gg
      </a>
      . Players are not named here.
    </p>
  );
}
