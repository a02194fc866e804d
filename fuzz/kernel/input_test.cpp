// SPDX-License-Identifier: MIT
// Files of every kind that can be handed in, and the one line that each wrong one gets.
#include "fuzz/kernel/input.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <cstdint>
#include <fstream>
#include <memory>

namespace bp::kernel {
namespace {

/// With a checksum, as the zstd program writes it.
std::string zstd_of(const std::string& text) {
  const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(),
                                                                     ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  packed.resize(
      ZSTD_compress2(context.get(), packed.data(), packed.size(), text.data(), text.size()));
  return packed;
}

void expect_fault(const FileText& text, std::string_view part) {
  EXPECT_TRUE(text.bytes.empty());
  EXPECT_NE(text.fault.find(part), std::string::npos) << text.fault;
  EXPECT_EQ(text.fault.find('\n'), std::string::npos) << text.fault;
}

/// Long, and not the same all over, so that packing it takes more than one chunk.
std::string long_text() {
  std::string text;
  std::uint32_t random = 1;
  while (text.size() < 300000) {
    random = random * 1664525U + 1013904223U;
    text += std::to_string(random) + '\n';
  }
  return text;
}

TEST(Input, UnpacksWhatWasPacked) {
  const std::string text = long_text();
  for (const std::string& bytes :
       {text, zstd_of(text), pack_xz(text), zstd_of(text) + zstd_of(text)}) {
    const FileText out = unpack(bytes, "f");
    EXPECT_EQ(out.fault, "");
    EXPECT_EQ(out.bytes.substr(0, text.size()), text);
  }
  EXPECT_EQ(unpack(zstd_of(text) + zstd_of(text), "f").bytes, text + text);
  EXPECT_EQ(unpack(pack_xz(text) + pack_xz(text), "f").bytes, text + text);
}

TEST(Input, EveryCutIsNoticed) {
  const std::string text = long_text();
  for (const std::string& packed : {zstd_of(text), pack_xz(text)}) {
    for (std::size_t size : {std::size_t{8}, packed.size() / 2, packed.size() - 1}) {
      expect_fault(unpack(packed.substr(0, size), "f"), "is cut off");
    }
  }
}

TEST(Input, DamageIsNoticed) {
  for (std::string packed : {zstd_of(long_text()), pack_xz(long_text())}) {
    for (std::size_t i = packed.size() / 2; i < packed.size() / 2 + 64; ++i) packed[i] = '\x55';
    const FileText out = unpack(packed, "f");
    EXPECT_NE(out.fault, "");
    EXPECT_TRUE(out.bytes.empty());
  }
  expect_fault(unpack(std::string("\x28\xb5\x2f\xfd") + "nothing of the kind", "f"), "is damaged");
}

TEST(Input, NothingIsAFault) {
  expect_fault(unpack("", "f"), "f: is empty");
  expect_fault(unpack(zstd_of(""), "f"), "f: is empty");
  expect_fault(unpack(pack_xz(""), "f"), "f: is empty");
}

TEST(Input, BoundHoldsPackedAndUnpacked) {
  const std::string text(100000, 'x');  // Packs to almost nothing.
  for (const std::string& packed : {zstd_of(text), pack_xz(text)}) {
    EXPECT_EQ(unpack(packed, "f", 100000).fault, "");
    expect_fault(unpack(packed, "f", 99999), "is larger than 99999 bytes");
  }
}

class Files : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "bp-input-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override {
    unlink(at("file").c_str());
    rmdir(folder_.c_str());
  }
  std::string at(const std::string& name) const { return folder_ + "/" + name; }
  void write(const std::string& bytes) const { std::ofstream(at("file")) << bytes; }
  std::string folder_;
};

TEST_F(Files, MissingDirectoryUnreadableEmptyAndTooLarge) {
  expect_fault(read_file(at("file")), "cannot be opened: No such file");
  expect_fault(read_file(folder_), "is a directory");
  write("");
  expect_fault(read_file(at("file")), "is empty");
  write("0123456789");
  EXPECT_EQ(read_file(at("file"), 10).bytes, "0123456789");
  expect_fault(read_file(at("file"), 9), "is larger than 9 bytes");
  ASSERT_EQ(chmod(at("file").c_str(), 0), 0);
  if (geteuid() != 0) expect_fault(read_file(at("file")), "cannot be opened: Permission denied");
}

TEST_F(Files, FilesWithoutALengthAreReadToTheirEnd) {
  EXPECT_NE(read_file("/proc/self/status").bytes.find("Name:"), std::string::npos);
}

}  // namespace
}  // namespace bp::kernel
