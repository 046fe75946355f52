#include <iostream>
#include <string_view>

#include <embedded/django_settings.hpp>

#include "cli/migrate/commands.hpp"

namespace restjwt::cli::migrate {

// One statement, since the shells of Django before 1.11 read line by line; with names of its own,
// since some later ones run it inside a function, where its functions would not see each other.
int snippet(const Arguments&) {
  std::cout << "# Either: python manage.py shell < snippet.py > django.json\n"
               "# or, before Django 1.11:\n"
               "#     DJANGO_SETTINGS_MODULE=mysite.settings python snippet.py > django.json\n"
               "exec(r'''"
            << embedded::django_settings[0].text << "''', {'__name__': 'restjwt'})\n";
  return ok;
}

}  // namespace restjwt::cli::migrate
