DROP TABLE decklist_cards;
DROP TABLE decklists;
DROP TABLE tournament_standings;
DROP TABLE tournaments;
