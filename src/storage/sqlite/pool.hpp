#pragma once
// Connections, lent to one thread at a time.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "storage/sqlite/connection.hpp"

namespace restjwt::storage::sqlite {

/// Safe from many threads at once. Outlives everything it has lent.
class Pool {
 public:
  void add(std::unique_ptr<Connection> connection) { give_back(connection.release()); }

  struct GiveBack {
    Pool* pool;
    void operator()(Connection* connection) const { pool->give_back(connection); }
  };
  using Lease = std::unique_ptr<Connection, GiveBack>;

  /// Waits until one is free.
  Lease take() {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [this] { return !idle_.empty(); });
    Connection* connection = idle_.back().release();
    idle_.pop_back();
    return {connection, GiveBack{this}};
  }

 private:
  void give_back(Connection* connection) {
    {
      const std::lock_guard lock(mutex_);
      idle_.emplace_back(connection);
    }
    returned_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

/// Which file a path led to when it was opened. A backup put in its place by renaming is another
/// file, and open connections go on with the one that is gone.
class FileIdentity {
 public:
  void remember(std::filesystem::path path);
  /// Looks at the path. Throws StoreError, and from then on at each require_same(), when another
  /// file is there, or none.
  void look();
  void require_same() const;

 private:
  std::filesystem::path path_{};
  std::uint64_t device_ = 0, inode_ = 0;
  std::atomic<bool> replaced_{false};
};

/// All connections to one file. A thread takes one at a time, so no two can wait for each other.
struct Pools {
  FileIdentity file;
  Pool readers;
  Pool writer;   // one: SQLite has a single writer anyway, here it waits without polling
  Pool monitor;  // one that never writes: PRAGMA data_version tells of other connections only
};

}  // namespace restjwt::storage::sqlite
