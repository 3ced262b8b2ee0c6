"""Django's SQLite backend on SQLCipher: the whole file encrypted with a raw key, every commit synced."""
