DROP TABLE similarity_state;
DROP TABLE card_embeddings;
DROP TABLE embedding_models;
