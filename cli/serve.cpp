#include <csignal>
#include <iostream>

#include "program.hpp"
#include "server/app.hpp"
#include "server/config_values.hpp"

namespace restjwt::cli {
namespace {

int serve(const Arguments& arguments) {
  // Blocked before the first thread starts, so that every thread inherits it and sigwait() gets
  // them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  server::Config config = read_config(arguments, true);
  for (const auto& warning : config.warnings) complain("warning: " + warning);

  const std::string host = config.http.host;
  server::App app(std::move(config));  // no second copy of the secret stays behind
  app.start();
  const server::Address address{host, app.port()};
  std::cout << "listening on http://" << address.text() << std::endl;

  int signal = 0;
  while (sigwait(&signals, &signal) == 0 && signal == SIGHUP) app.reload_keys();
  app.stop();
  return ok;
}

}  // namespace

void add_serve(Program& program) {
  auto& command = program.add_command(program.app, "serve", "Serve until SIGTERM or SIGINT",
                                      "restjwt serve --listen 127.0.0.1:8000", serve);
  program.add_value(command, "--listen", program.arguments.listen, "H:P", "address and port");
}

}  // namespace restjwt::cli
