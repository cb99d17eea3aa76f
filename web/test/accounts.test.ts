import { describe, expect, it } from 'vitest';
import { describeAgent } from '../src/lib/agent';
import { safeNext } from '../src/lib/next';
import { readClaims } from '../src/session/claims';

describe('the way on after a login', () => {
  it.each(['/', '/settings/keys?currency=EUR#top', '/cards?q=t%3Agoblin'])('%s is of this site', (next) => {
    expect(safeNext(next)).toBe(next);
  });
  it.each([
    undefined,
    '',
    'cards',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '/ü',
  ])('%j is not', (next) => {
    expect(safeNext(next)).toBe('/dashboard');
  });
});

describe('a device', () => {
  it.each([
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
      'Chrome 126 on Linux',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36 Edg/125.0.2535.51',
      'Edge 125 on Windows',
    ],
    ['Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0', 'Firefox 127 on Android'],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
      'Safari 17 on iPhone',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15',
      'Safari 17 on macOS',
    ],
    ['price-watcher/1.2 (+https://example.org)', 'price-watcher 1.2'],
    ['', 'Unknown device'],
  ])('%s', (agent, described) => {
    expect(describeAgent(agent)).toBe(described);
  });
});

const token = (claims: object) =>
  `e30.${btoa(JSON.stringify(claims)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}.x`;

describe('an access token', () => {
  it('says whose it is and how long it is good', () => {
    expect(readClaims(token({ sub: 'usr_1~~~???', iat: 1000, exp: 1600 }))).toEqual({
      sub: 'usr_1~~~???',
      lifetime: 600_000,
    });
  });
  it.each(['', 'x', 'e30.e30.x', `e30.${btoa('no json')}.x`, token({ sub: 1, iat: 1, exp: 2 })])(
    '%s is none',
    (text) => {
      expect(readClaims(text)).toBeNull();
    },
  );
});
