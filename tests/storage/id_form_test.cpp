#include "storage/id_form.hpp"

#include <gtest/gtest.h>

namespace restjwt::storage {
namespace {

using auth::UserId;

const std::string canonical = "12345678-9abc-4def-8123-456789abcdef";
const std::string hex = "123456789abc4def8123456789abcdef";

TEST(CanonicalUuid, TakesWhatPythonTakes) {
  for (const auto* text :
       {"12345678-9abc-4def-8123-456789abcdef", "123456789abc4def8123456789abcdef",
        "12345678-9ABC-4DEF-8123-456789ABCDEF", "{12345678-9abc-4def-8123-456789abcdef}",
        "urn:uuid:12345678-9abc-4def-8123-456789abcdef", "uuid:123456789ABC4def8123456789abcdef",
        "1234-5678-9abc-4def-8123-4567-89ab-cdef"})
    EXPECT_EQ(canonical_uuid(text), canonical) << text;
}

TEST(CanonicalUuid, DigitsOnlyMakeOneToo) {
  EXPECT_EQ(canonical_uuid(std::string(32, '7')), "77777777-7777-7777-7777-777777777777");
}

TEST(CanonicalUuid, TakesNothingElse) {
  for (const auto& text :
       {std::string(), std::string("7"), hex.substr(1), hex + "0", " " + hex, "0x" + hex.substr(2),
        "g" + hex.substr(1), "(" + hex + ")", std::string(32, '-'), std::string("{}"),
        hex.substr(0, 31) + '\0', std::string(1'000'000, '-') + hex})
    EXPECT_EQ(canonical_uuid(text), std::nullopt) << text.substr(0, 50);
}

TEST(IdForm, IsToldByTheDeclaredType) {
  for (const auto* type : {"integer", "INTEGER", "bigint", "integer unsigned", "int"})
    EXPECT_EQ(id_form(type), IdForm::number) << type;
  for (const auto* type : {"char(32)", "CHAR(32)", "char (32)"})
    EXPECT_EQ(id_form(type), IdForm::hex_uuid) << type;
  for (const auto* type : {"uuid", "UUID"}) EXPECT_EQ(id_form(type), IdForm::dashed_uuid) << type;
  for (const auto* type : {"text", "varchar(32)", "VARCHAR(36)", "char(36)"})
    EXPECT_EQ(id_form(type), IdForm::text) << type;
  for (const auto* type : {"", "real", "blob", "bool"})
    EXPECT_EQ(id_form(type), std::nullopt) << type;
}

TEST(StoredId, ANumberIsThatNumber) {
  EXPECT_EQ(stored_id(IdForm::number, UserId(7)), Value(std::int64_t{7}));
}

TEST(StoredId, AUuidIsWrittenAsTheTableWritesIt) {
  for (const auto& text : {canonical, hex, "{" + canonical + "}"}) {
    EXPECT_EQ(stored_id(IdForm::hex_uuid, UserId(text)), Value(hex)) << text;
    EXPECT_EQ(stored_id(IdForm::dashed_uuid, UserId(text)), Value(canonical)) << text;
  }
}

TEST(StoredId, OtherTextIsThatText) {
  EXPECT_EQ(stored_id(IdForm::text, UserId("{X-1}")), Value("{X-1}"));
}

TEST(StoredId, WhatTheTableCannotHoldIsNothing) {
  EXPECT_EQ(stored_id(IdForm::number, UserId("7")), std::nullopt);
  EXPECT_EQ(stored_id(IdForm::number, UserId(canonical)), std::nullopt);
  for (const auto form : {IdForm::hex_uuid, IdForm::dashed_uuid, IdForm::text})
    EXPECT_EQ(stored_id(form, UserId(7)), std::nullopt);
  for (const auto form : {IdForm::hex_uuid, IdForm::dashed_uuid})
    EXPECT_EQ(stored_id(form, UserId("ada")), std::nullopt);
}

TEST(IdText, IsAUuidInItsCanonicalForm) {
  EXPECT_EQ(id_text(IdForm::hex_uuid, hex), canonical);
  EXPECT_EQ(id_text(IdForm::dashed_uuid, canonical), canonical);
}

TEST(IdText, IsOtherTextAsItIs) {
  EXPECT_EQ(id_text(IdForm::text, hex), hex);
  EXPECT_EQ(id_text(IdForm::hex_uuid, "no uuid"), "no uuid");
}

}  // namespace
}  // namespace restjwt::storage
