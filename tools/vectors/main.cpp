// restjwt-vectors FILE…   judges the cases of files in the format of shared/vectors/index.json.
// One line per failing case, one per reason for skipping, and the sum. Exit 1: a case failed;
// 2: a file is not of the format.
#include <cstdio>
#include <map>
#include <vector>

#include "vectors/judge.hpp"

namespace {

using namespace restjwt::vectors;

struct Count {
  std::size_t passed = 0, failed = 0, skipped = 0;
};

void run(const VectorFile& file, Count& count) {
  if (file.cases().empty()) {
    std::printf("%s: skipped: it holds no cases\n", file.name().c_str());
    ++count.skipped;
  }
  std::map<std::string, std::size_t> reasons;
  for (const auto& one : file.cases()) {
    const Verdict verdict = judge(one, file);
    switch (verdict.kind) {
      case Verdict::Kind::passed:
        ++count.passed;
        break;
      case Verdict::Kind::failed:
        ++count.failed;
        std::printf("%s: %s\n", text(one, "id").c_str(), verdict.why.c_str());
        break;
      case Verdict::Kind::skipped:
        ++count.skipped;
        ++reasons[verdict.why];
    }
  }
  for (const auto& [why, number] : reasons) {
    std::printf("%s: %zu skipped: %s %s\n", file.name().c_str(), number, file.kind().c_str(),
                why.c_str());
  }
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 2) throw BadFile("usage: restjwt-vectors FILE…");
  const std::vector<VectorFile> files(argv + 1, argv + argc);
  Count count;
  for (const VectorFile& file : files) run(file, count);
  std::printf("%zu passed, %zu failed, %zu skipped\n", count.passed, count.failed, count.skipped);
  return count.failed == 0 ? 0 : 1;
} catch (const BadFile& bad) {
  std::fprintf(stderr, "%s\n", bad.what());
  return 2;
}
