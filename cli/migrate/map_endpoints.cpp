// Where the package's views are mounted, and what Django REST framework was told about answers.
#include <algorithm>

#include "cli/migrate/mapping.hpp"

namespace restjwt::cli::migrate {
namespace {

std::string without_dollar(std::string path) {
  while (path.ends_with('$') || path.ends_with("\\Z"))
    path.resize(path.size() - (path.back() == '$' ? 1 : 2));
  return path;
}

class EndpointMap {
 public:
  EndpointMap(const DjangoSite& site, Mapping& mapping) : site_(site), mapping_(mapping) {}

  void map() {
    if (!site_.views)
      add("URLs", Fate::unmapped, "could not be read; compare them with docs/endpoints.md");
    else
      for (const auto& view : *site_.views) map_view(view);
    if (mapping_.release.profile == auth::Profile::drf_jwt && site_.views &&
        !is_mounted("impersonate")) {
      add("/api-token-impersonate/", Fate::mapped, "is not mounted, so it is off here too");
      mapping_.config.push_back({"", "impersonation", false, "not mounted in Django"});
    }
    if (site_.has_blacklist)
      add("blacklist", Fate::unmapped,
          "the tokens on Django's blacklist are not known to restjwt. Whoever must stay out until "
          "his token expires: restjwt users logout NAME");
    map_framework();
  }

 private:
  void add(std::string subject, Fate fate, std::string text) {
    mapping_.site.push_back({std::move(subject), fate, std::move(text)});
  }

  void map_view(const SiteView& view) {
    const auto path = without_dollar(view.path);
    const auto ours = our_path(view.kind);
    if (ours.empty()) return;
    if (!view.own_class.empty())
      return add(path, Fate::unmapped,
                 view.own_class +
                     ": a view of the site's own. restjwt answers as the package's view does; "
                     "look at what it adds");
    if (view.kind == "impersonate" && !jwt_comes_first())
      return add(
          path, Fate::unmapped,
          "impersonate, for whoever DEFAULT_AUTHENTICATION_CLASSES let in, which is not by a "
          "token first. Here it is by a token: leave it with Django, or write impersonation = "
          "false");
    const std::string kind =
        view.kind +
        (view.kind == "blacklist" ? ", in tables that restjwt database migrate adds" : "");
    if (path == ours) return add(path, Fate::mapped, kind);
    add(path, Fate::mapped,
        kind + "; restjwt has it at " + std::string(ours) + ", so let the proxy rewrite the path");
  }

  bool is_mounted(std::string_view kind) const {
    return !site_.views ||
           std::ranges::find(*site_.views, kind, &SiteView::kind) != site_.views->end();
  }

  bool jwt_comes_first() const {
    const Json* classes = setting("DEFAULT_AUTHENTICATION_CLASSES");
    return classes && classes->is_array() && !classes->as_array().empty() &&
           classes->as_array().front().is_string() &&
           classes->as_array().front().as_string().ends_with(".JSONWebTokenAuthentication");
  }

  const Json* setting(const char* name) const { return site_.rest_framework_settings.find(name); }

  void map_framework() {
    if (!site_.append_slash)
      add("APPEND_SLASH", Fate::mapped,
          "is off in Django; restjwt answers a path without its slash with 301, not with 404");
    add("protected views", Fate::mapped,
        "stay where they are: Django goes on taking the tokens, since the keys are the same");
    const Json* throttles = setting("DEFAULT_THROTTLE_CLASSES");
    const bool throttled = throttles && throttles->is_array() && !throttles->as_array().empty();
    // Before 1.7.0 the package's views had none.
    if (throttled && !mapping_.release.before(1, 7))
      add("DEFAULT_THROTTLE_CLASSES", Fate::unmapped,
          "rate limits come with a later version; limit the path of the login in the proxy");
    for (const char* name : {"EXCEPTION_HANDLER", "NON_FIELD_ERRORS_KEY"})
      if (const Json* value = setting(name); value && value->is_string() && !is_default(*value))
        add(name, Fate::unmapped,
            value->as_string() +
                ": refusals look otherwise there than the package's own, which restjwt gives");
    map_surroundings();
  }

  /// What Django does around the views, and restjwt does not.
  void map_surroundings() {
    if (!site_.language.starts_with("en"))
      add("LANGUAGE_CODE", Fate::unmapped,
          site_.language +
              ": Django REST framework's sentences are in that language there, and in "
              "English here");
    for (const auto& name : site_.middleware) {
      if (name.ends_with(".LocaleMiddleware"))
        add(name, Fate::unmapped, "answers follow Accept-Language there; they are in English here");
      else if (name.find("cors") != name.npos || name.find("Cors") != name.npos)
        add(name, Fate::unmapped,
            "lets scripts of other origins log in; restjwt sends no Access-Control-… headers, so "
            "let "
            "the proxy add them");
    }
    expect_classes("DEFAULT_RENDERER_CLASSES", {"JSONRenderer", "BrowsableAPIRenderer"});
    expect_classes("DEFAULT_PARSER_CLASSES", {"JSONParser", "FormParser", "MultiPartParser"});
  }

  void expect_classes(const char* name, std::initializer_list<std::string_view> usual) {
    const Json* given = setting(name);
    if (!given || !given->is_array()) return;
    std::size_t known = 0;
    for (const auto& item : given->as_array())
      for (const auto one : usual)
        known += item.is_string() && item.as_string() == full_name(name, one);
    if (known != usual.size() || known != given->as_array().size())
      add(name, Fate::unmapped,
          "are not the usual ones; restjwt takes JSON and forms and answers JSON, whatever they "
          "do");
  }

  static std::string full_name(std::string_view setting, std::string_view one) {
    const bool renderer = setting.find("RENDERER") != setting.npos;
    return "rest_framework." + std::string(renderer ? "renderers." : "parsers.") + std::string(one);
  }

  static bool is_default(const Json& value) {
    return value.as_string() == "non_field_errors" ||
           value.as_string() == "rest_framework.views.exception_handler";
  }

  const DjangoSite& site_;
  Mapping& mapping_;
};

}  // namespace

std::string_view our_path(std::string_view kind) {
  if (kind == "obtain") return "/api-token-auth/";
  if (kind == "refresh") return "/api-token-refresh/";
  if (kind == "verify") return "/api-token-verify/";
  if (kind == "impersonate") return "/api-token-impersonate/";
  if (kind == "blacklist") return "/api-token-blacklist/";
  return {};
}

void map_endpoints(const DjangoSite& site, Mapping& mapping) { EndpointMap(site, mapping).map(); }

}  // namespace restjwt::cli::migrate
