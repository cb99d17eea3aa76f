DROP TABLE bulk_files;
DROP TABLE rulings;
