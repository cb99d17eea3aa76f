import '../nonce';
import './inline-styles';
import './workers';
import 'graphiql/style.css';
import './explorer.css';
import { DOC_EXPLORER_PLUGIN } from '@graphiql/plugin-doc-explorer';
import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { type DocumentNode, Kind, parse } from 'graphql';
import { createClient } from 'graphql-ws';
import { createRoot } from 'react-dom/client';
import { HEADERS as headers } from '../session/post';
import { session } from '../session/session';
import { AskAs } from './AskAs';
import { bearer, fetchAs, onChoice } from './bearer';
import { examples } from './examples';

/** The server's word that the token of the socket is not good, or not any more. */
const FORBIDDEN = 4403;

void session.start();

const wsClient = createClient({
  url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
  lazy: true,
  keepAlive: 12_000,
  shouldRetry: () => true,
  connectionParams: async () => {
    const token = await bearer();
    return token ? { authorization: `Bearer ${token}` } : {};
  },
  on: {
    closed: (event) => {
      if ((event as CloseEvent).code === FORBIDDEN) session.refuse();
    },
  },
});
// What runs on goes on as the one who is chosen now.
onChoice(() => wsClient.terminate());

const send = createGraphiQLFetcher({ url: '/graphql', headers, fetch: fetchAs, wsClient });

function read(query: string): DocumentNode | undefined {
  try {
    return parse(query);
  } catch {
    // The server says what is wrong with it.
    return undefined;
  }
}

/**
 * Right after another tab was chosen the editor still holds what it knew of the one before, and would send
 * a subscription as a query. So what is sent is read anew.
 */
const fetcher: Fetcher = (params, options) => {
  const documentAST = read(params.query);
  if (!documentAST) return send(params, options);
  const names = documentAST.definitions
    .filter((one) => one.kind === Kind.OPERATION_DEFINITION)
    .map(({ name }) => name?.value);
  const stale = names.length === 1 && params.operationName !== names[0];
  return send(stale ? { ...params, operationName: names[0] } : params, { ...options, documentAST });
};

/** The id of some card that this server has, for the examples that need one. */
async function anyCard(): Promise<string> {
  const query = '{ cards(first: 1) { nodes { id } } }';
  const response = await fetch('/graphql', { method: 'POST', headers, body: JSON.stringify({ query }) });
  const body: { data?: { cards: { nodes: { id: string }[] } } } = await response.json();
  return body.data?.cards.nodes[0]?.id ?? '';
}

const scheme = document.documentElement.dataset.mantineColorScheme === 'dark' ? 'dark' : 'light';

const root = document.getElementById('root');
if (!root) throw new Error('explorer.html has no #root');
const app = createRoot(root);

function show(cardId: string) {
  const tabs = examples(cardId);
  // The editor forgets the first tab's variables on a first visit; later its own storage holds them.
  const firstVisit = localStorage.getItem('graphiql:tabState') === null;
  app.render(
    <>
      <AskAs />
      <GraphiQL
        fetcher={fetcher}
        shouldPersistHeaders={false}
        defaultEditorToolsVisibility="variables"
        defaultTabs={tabs}
        {...(firstVisit && tabs[0]?.variables ? { initialVariables: tabs[0].variables } : {})}
        visiblePlugin={DOC_EXPLORER_PLUGIN}
        defaultTheme={scheme}
      >
        {/* The bar above has the way home. */}
        <GraphiQL.Logo>{null}</GraphiQL.Logo>
      </GraphiQL>
    </>,
  );
}

// A server without an answer still gets its explorer: the person sees the error of the first query there.
anyCard().then(show, () => show(''));
