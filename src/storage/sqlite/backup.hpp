#pragma once
// New files of databases.

#include <filesystem>

#include "storage/sqlite/connection.hpp"

namespace restjwt::storage::sqlite {

/// An empty file is an empty database; SQLite gives its -wal and -shm files the same mode, 0600.
/// False where there is one already. Throws StoreError.
bool make_private_file(const std::filesystem::path& file);

/// See SqliteDatabase::back_up().
void make_backup(Connection& source, const std::filesystem::path& file);

}  // namespace restjwt::storage::sqlite
