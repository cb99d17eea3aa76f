import { useState } from 'react';

/** Scryfall's set symbol on a light chip (the drawings are black), or the code when there is none. */
export function SetSymbol({ code, iconUri }: { code: string; iconUri: string | null }) {
  const [failed, setFailed] = useState(false);
  return (
    <span className="set-symbol" aria-hidden="true">
      {iconUri && !failed ? (
        <img src={iconUri} alt="" width={18} height={18} loading="lazy" onError={() => setFailed(true)} />
      ) : (
        code.slice(0, 4).toUpperCase()
      )}
    </span>
  );
}
