/** The tabs a newcomer finds: each runs as it is, against any data. */
interface Example {
  query: string;
  variables?: string;
}

const SEARCH = `# Any Scryfall-like query. \`after\` continues where a page ended.
query Search($query: String!, $after: String) {
  search(query: $query, order: USD, direction: DESC, first: 10, after: $after) {
    totalCount
    normalized
    warnings { message start end }
    pageInfo { hasNextPage endCursor }
    nodes {
      id
      collectorNumber
      set { code name }
      card { id name manaCost typeLine }
      latestPrices { source finish money { amount currency } }
    }
  }
}
`;

const CARD = `# A card with the prices and the history of its default printing.
query CardWithPrices($id: ID!) {
  card(id: $id) {
    id
    name
    typeLine
    oracleText
    legalities { format status }
    defaultPrinting {
      id
      set { name }
      prices {
        source kind finish
        money { amount currency }
        previous { amount currency }
        observedAt
      }
      priceHistory(days: 30) {
        source finish currency
        samples { day amount }
      }
    }
  }
}
`;

const NAMES = `# Names as you type. Take a card's id from here to the next tabs.
query FindByName($text: String!) {
  autocomplete(text: $text, first: 5) {
    name
    card { id oracleId printingCount }
  }
}
`;

const MOVERS = `query Movers($currency: Currency!) {
  topMovers(currency: $currency, window: WEEK, direction: UP, floor: "1.00", first: 10) {
    changePercent
    before { amount currency }
    price { source finish money { amount currency } }
    printing { id collectorNumber set { code } card { name } }
  }
}
`;

const OVERVIEW = `query Market {
  dataStatus { origin loads { name state done total unit } }
  marketOverview(currency: USD) {
    printings
    pricedPrintings
    advancing
    declining
    asOf
    sources { source feed observedAt prices stale quarantined }
  }
}
`;

const SETS = `# Keyset paging: pass \`endCursor\` as \`after\` to read on.
query Sets($after: String) {
  sets(first: 20, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes { id code name setType releasedAt cardCount printingCount }
  }
}
`;

const VIEWER = `# Who asks: choose above, as whom.
query WhoAsks {
  viewer {
    account { id name email tier }
    scopes
  }
}
`;

const NODE = `# Anything with an id, by that id alone.
query Node($id: ID!) {
  node(id: $id) {
    __typename
    id
    ... on Card { name typeLine }
    ... on Printing { collectorNumber set { name } card { name } }
    ... on Set { code name }
  }
}
`;

const CARD_LIVE = `# First a SNAPSHOT of every price of the card, then each change as a DELTA.
subscription CardPrices($cardId: ID!) {
  cardUpdated(cardId: $cardId) {
    kind
    position { epoch offset }
    prices { printingId source kind finish money { amount currency } version }
  }
}
`;

const MARKET_LIVE = `# Every change of the market in one currency.
subscription Market {
  marketUpdated(currency: USD) {
    kind
    changed
    prices {
      source finish
      money { amount }
      previous { amount }
      printing { set { code } card { name } }
    }
  }
}
`;

const text = (value: object) => JSON.stringify(value, null, 2);

/** The examples; those that need a card take the one that is known to exist. */
export function examples(cardId: string): Example[] {
  return [
    { query: SEARCH, variables: text({ query: 't:creature r>=rare' }) },
    { query: NAMES, variables: text({ text: 'dual' }) },
    { query: CARD, variables: text({ id: cardId }) },
    { query: MOVERS, variables: text({ currency: 'USD' }) },
    { query: OVERVIEW },
    { query: SETS, variables: text({ after: null }) },
    { query: NODE, variables: text({ id: cardId }) },
    { query: VIEWER },
    { query: CARD_LIVE, variables: text({ cardId }) },
    { query: MARKET_LIVE },
  ];
}
