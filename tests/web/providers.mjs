// Providers of logins on this machine: a real one of OpenID Connect, in Google's place, and a Discord made
// after its documentation. Started by deploy/with-server.sh before the server, with the server's address;
// prints the server's settings. Neither is on the server's own host name: coming back is a way across sites,
// as it is in life.
//
// At the one in Google's place somebody is what they type: `subject`, or `subject address` for a verified
// e-mail, or `subject address unverified`. At Discord the same is typed.
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { argv, stderr } from 'node:process';
import Provider from 'oidc-provider';

const site = argv[2];
if (!site) throw new Error('the first argument is the address of the server, such as http://127.0.0.1:8080');

/** A free port: its server answers nothing until it is told how. */
async function listen() {
  const server = createServer();
  await new Promise((resolve) => {
    server.listen(0, 'localhost', resolve);
  });
  return { server, url: `http://localhost:${server.address().port}` };
}

/** What somebody typed, as both providers know people. */
function person(text) {
  const [subject, email, word] = text.trim().split(/\s+/);
  return { subject, email, verified: email !== undefined && word !== 'unverified' };
}

async function bodyOf(request) {
  let body = '';
  for await (const chunk of request) body += chunk;
  return new URLSearchParams(body);
}

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

function form(response, { title, action, hidden = {} }) {
  const held = Object.entries(hidden).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escape(value)}">`,
  );
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
  response.end(`<!doctype html><html lang="en"><title>${title}</title><link rel="icon" href="data:,"><h1>${title}</h1>
    <form method="post" action="${escape(action)}">${held.join('')}<label>Who are you? <input name="who"></label>
    <button name="answer" value="yes">Continue</button> <button name="answer" value="no">Cancel</button></form></html>`);
}

async function google() {
  const { server, url } = await listen();
  const client = { client_id: 'dualcaster', client_secret: 'a secret of the test' };
  /** What was typed last, by subject. */
  const people = new Map();
  const provider = new Provider(url, {
    clients: [{ ...client, redirect_uris: [`${site}/auth/google/callback`] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: false,
    cookies: { keys: ['of the test'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, id) => {
      const { email, verified } = people.get(id) ?? {};
      const claims = { sub: id, name: `Walker ${id}`, email, email_verified: verified };
      return { accountId: id, claims: () => claims };
    },
  });
  const answer = provider.callback();
  server.on('request', async (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return answer(request, response);
    if (request.method === 'GET') return form(response, { title: 'Sign in', action: request.url });
    const given = await bodyOf(request);
    if (given.get('answer') === 'no') {
      return provider.interactionFinished(request, response, { error: 'access_denied' });
    }
    const who = person(given.get('who') ?? '');
    const accountId = who.subject;
    people.set(accountId, who);
    const { params } = await provider.interactionDetails(request, response);
    const grant = new provider.Grant({ accountId, clientId: params.client_id });
    grant.addOIDCScope(params.scope);
    const result = { login: { accountId }, consent: { grantId: await grant.save() } };
    return provider.interactionFinished(request, response, result);
  });
  return { DUALCASTER_GOOGLE_URL: url, ...named('GOOGLE', client) };
}

async function discord() {
  const { server, url } = await listen();
  const client = { client_id: '1122334455', client_secret: 'another secret of the test' };
  const basic = `Basic ${Buffer.from(`${client.client_id}:${encodeURIComponent(client.client_secret).replaceAll('%20', '+')}`).toString('base64')}`;
  const plain = `Basic ${Buffer.from(`${client.client_id}:${client.client_secret}`).toString('base64')}`;
  const codes = new Map();
  const tokens = new Map();
  const json = (response, status, body) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  const authorize = async (request, response, query) => {
    if (request.method === 'GET') {
      const asked = Object.fromEntries(query);
      const good = asked.client_id === client.client_id && asked.response_type === 'code';
      if (!good || asked.redirect_uri !== `${site}/auth/discord/callback`) return json(response, 400, {});
      return form(response, { title: 'Authorize', action: '/oauth2/authorize', hidden: asked });
    }
    const given = await bodyOf(request);
    const back = new URL(given.get('redirect_uri'));
    back.searchParams.set('state', given.get('state'));
    if (given.get('answer') === 'no') {
      back.searchParams.set('error', 'access_denied');
    } else {
      const code = randomBytes(15).toString('hex');
      codes.set(code, { who: given.get('who'), challenge: given.get('code_challenge') });
      back.searchParams.set('code', code);
    }
    response.writeHead(303, { location: back.href });
    return response.end();
  };
  const exchange = async (request, response) => {
    const given = await bodyOf(request);
    if (!request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
      return json(response, 400, { error: 'invalid_request' });
    }
    if (![basic, plain].includes(request.headers.authorization)) {
      return json(response, 401, { error: 'invalid_client' });
    }
    const code = codes.get(given.get('code'));
    codes.delete(given.get('code'));
    const challenge = createHash('sha256').update(given.get('code_verifier') ?? '').digest('base64url');
    if (!code || challenge !== code.challenge || given.get('grant_type') !== 'authorization_code') {
      return json(response, 400, { error: 'invalid_grant' });
    }
    const token = randomBytes(15).toString('hex');
    tokens.set(token, code.who);
    return json(response, 200, {
      access_token: token,
      token_type: 'Bearer',
      expires_in: 604_800,
      refresh_token: randomBytes(15).toString('hex'),
      scope: 'identify email',
    });
  };
  server.on('request', (request, response) => {
    const { pathname, searchParams } = new URL(request.url, url);
    if (pathname === '/oauth2/authorize') return authorize(request, response, searchParams);
    if (pathname === '/api/oauth2/token' && request.method === 'POST') return exchange(request, response);
    const who = tokens.get(request.headers.authorization?.replace(/^Bearer /, ''));
    if (pathname !== '/api/v10/users/@me') return json(response, 404, { message: '404: Not Found', code: 0 });
    if (!who) return json(response, 401, { message: '401: Unauthorized', code: 0 });
    const { subject, email, verified } = person(who);
    return json(response, 200, {
      id: subject,
      username: subject,
      discriminator: '0',
      global_name: `Walker ${subject}`,
      avatar: null,
      email: email ?? null,
      verified,
      locale: 'en-US',
      mfa_enabled: false,
    });
  });
  return { DUALCASTER_DISCORD_URL: url, ...named('DISCORD', client) };
}

const named = (name, client) => ({
  [`DUALCASTER_${name}_CLIENT_ID`]: client.client_id,
  [`DUALCASTER_${name}_CLIENT_SECRET`]: client.client_secret,
});

process.on('unhandledRejection', (error) => {
  stderr.write(`${error?.stack ?? error}\n`);
});
const settings = { ...(await google()), ...(await discord()) };
console.log(
  Object.entries(settings)
    .map(([name, value]) => `export ${name}='${value}'`)
    .join('\n'),
);
console.log('# ready');
