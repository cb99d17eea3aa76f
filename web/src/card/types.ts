import type { CardPageQuery, PrintingPanelQuery } from '../gql/graphql';

export type CardData = NonNullable<CardPageQuery['card']>;
export type PrintingData = NonNullable<PrintingPanelQuery['printing']>;
