/** Does something once somebody looks at the page, at once if they do; the returned function gives it up. */
export function whenSeen(act: () => void): () => void {
  const stop = () => document.removeEventListener('visibilitychange', look);
  function look(): void {
    if (document.visibilityState !== 'visible') return;
    stop();
    act();
  }
  document.addEventListener('visibilitychange', look);
  look();
  return stop;
}
