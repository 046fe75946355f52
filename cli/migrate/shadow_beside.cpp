#include "cli/migrate/shadow_beside.hpp"

#include <exception>
#include <utility>

namespace restjwt::cli::migrate {
namespace {

using std::chrono::steady_clock;

constexpr unsigned threads = 2;
constexpr std::size_t most_jobs = 1024;
constexpr std::size_t most_bytes = 64 * 1024 * 1024;
constexpr std::chrono::seconds patience_at_the_end{10};

}  // namespace

std::size_t Beside::Job::size() const {
  return request.body.size() + (old ? old->response.body.size() : 0);
}

Beside::Beside(Peer ours, Report& report, std::chrono::milliseconds time)
    : ours_(std::move(ours)), time_(time), report_(report) {
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

Beside::~Beside() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    give_up_ = steady_clock::now() + patience_at_the_end;
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void Beside::compare(http::Request request, Reply old, Instant asked) {
  Job job{std::move(request), std::move(old), asked};
  {
    const std::lock_guard lock(mutex_);
    if (jobs_.size() < most_jobs && bytes_ + job.size() <= most_bytes) {
      bytes_ += job.size();
      jobs_.push_back(std::move(job));
      changed_.notify_one();
      return;
    }
  }
  report_.skip("our side is too slow");
}

void Beside::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    bytes_ -= job.size();
    const bool late = steady_clock::now() > give_up_;
    lock.unlock();
    try {
      if (late) report_.skip("our side was too slow at the end");
      else run(std::move(job));
    } catch (const std::exception&) {  // no memory, say; the next one may fit
      report_.skip("the comparison failed");
    }
    lock.lock();
  }
}

void Beside::run(Job job) {
  Exchange exchange{.request = std::move(job.request),
                    .old = std::move(job.old),
                    .ours = std::string("not asked")};
  exchange.ours = ask(ours_, exchange.request, time_);
  exchange.lag = std::chrono::duration_cast<std::chrono::seconds>(steady_clock::now() - job.asked);
  report_.add(exchange);
}

}  // namespace restjwt::cli::migrate
