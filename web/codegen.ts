import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  schema: '../schema.graphql',
  documents: 'src/**/*.graphql',
  generates: {
    './src/gql/': {
      preset: 'client',
      presetConfig: { fragmentMasking: { unmaskFunctionName: 'unmask' } },
      config: {
        enumsAsTypes: true,
        strictScalars: true,
        useTypeImports: true,
        scalars: {
          Date: 'string',
          DateTime: 'string',
          Decimal: 'string',
          UUID: 'string',
          PricePoints: '{ days: number[]; minor: (number | null)[] }',
          PortfolioPoints:
            '{ days: number[]; value: number[]; deposits: number[]; index: (number | null)[] }',
        },
      },
    },
  },
};

export default config;
