import EditorWorker from 'monaco-editor/esm/vs/editor/editor.worker.js?worker';
import JsonWorker from 'monaco-editor/esm/vs/language/json/json.worker.js?worker';
import GraphQLWorker from 'monaco-graphql/esm/graphql.worker.js?worker';

const WORKERS: Record<string, new () => Worker> = { graphql: GraphQLWorker, json: JsonWorker };

// Set before GraphiQL loads its editor: by default the editor would ask a foreign host for them.
Object.assign(globalThis, {
  MonacoEnvironment: {
    getWorker: (_module: string, label: string) => new (WORKERS[label] ?? EditorWorker)(),
  },
});
