// SPDX-License-Identifier: MIT
#include "fuzz/kernel/input.h"

#include <lzma.h>
#include <sys/stat.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>

#include "model/vocab/check.h"

namespace bp::kernel {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 16;
constexpr std::uint64_t kLzmaMemoryMax = std::uint64_t{256} << 20;  // xz -9 needs 65 MiB.
constexpr int kZstdWindowLogMax = 27;                               // What zstd accepts unasked.

constexpr std::string_view kXzMagic{"\xfd\x37zXZ\0", 6};
constexpr std::string_view kZstdMagic{"\x28\xb5\x2f\xfd", 4};

FileText fault(const std::string& path, const std::string& what) {
  return {{}, path + ": " + what};
}
std::string too_large(std::size_t max) {
  return "is larger than " + std::to_string(max) + " bytes, which is the most that is read";
}
constexpr const char* kEndsEarly = "is cut off: the compressed data ends early; copy it again";
constexpr const char* kDamaged = "is damaged: the compressed data does not decode; copy it again";

struct CloseFile {
  void operator()(std::FILE* f) const { std::fclose(f); }
};
struct FreeZstd {
  void operator()(ZSTD_DStream* s) const { ZSTD_freeDStream(s); }
};

/// Calls step(out) until it says that the input is used up, and collects what it puts out.
enum class Step : std::uint8_t { more, end, cut_off, damaged };
template <class NextChunk>
FileText collect(const std::string& path, std::size_t max, NextChunk next_chunk) {
  FileText text;
  std::array<char, kChunk> chunk;
  for (;;) {
    std::size_t n = 0;
    const Step step = next_chunk(chunk.data(), chunk.size(), n);
    if (step == Step::damaged) return fault(path, kDamaged);
    if (n > max - text.bytes.size()) return fault(path, too_large(max));
    text.bytes.append(chunk.data(), n);
    if (step == Step::cut_off) return fault(path, kEndsEarly);
    if (step == Step::end) break;
  }
  if (text.bytes.empty()) return fault(path, "is empty");
  return text;
}

FileText unpack_xz(const std::string& packed, const std::string& path, std::size_t max) {
  lzma_stream stream = LZMA_STREAM_INIT;
  if (lzma_stream_decoder(&stream, kLzmaMemoryMax, LZMA_CONCATENATED) != LZMA_OK) {
    return fault(path, "cannot be unpacked: no memory for the xz decoder");
  }
  const std::unique_ptr<lzma_stream, decltype(&lzma_end)> owner(&stream, lzma_end);
  stream.next_in = reinterpret_cast<const std::uint8_t*>(packed.data());
  stream.avail_in = packed.size();
  return collect(path, max, [&](char* out, std::size_t room, std::size_t& n) {
    stream.next_out = reinterpret_cast<std::uint8_t*>(out);
    stream.avail_out = room;
    const lzma_ret code = lzma_code(&stream, LZMA_FINISH);
    n = room - stream.avail_out;
    if (code == LZMA_OK) return Step::more;
    if (code == LZMA_STREAM_END) return Step::end;
    return code == LZMA_BUF_ERROR ? Step::cut_off : Step::damaged;
  });
}

FileText unpack_zstd(const std::string& packed, const std::string& path, std::size_t max) {
  const std::unique_ptr<ZSTD_DStream, FreeZstd> stream(ZSTD_createDStream());
  if (!stream) return fault(path, "cannot be unpacked: no memory for the zstd decoder");
  ZSTD_DCtx_setParameter(stream.get(), ZSTD_d_windowLogMax, kZstdWindowLogMax);
  ZSTD_inBuffer in{packed.data(), packed.size(), 0};
  return collect(path, max, [&](char* out, std::size_t room, std::size_t& n) {
    ZSTD_outBuffer buffer{out, room, 0};
    const std::size_t pending = ZSTD_decompressStream(stream.get(), &buffer, &in);
    n = buffer.pos;
    if (ZSTD_isError(pending) != 0) return Step::damaged;
    if (in.pos < in.size || buffer.pos == room) return Step::more;
    return pending == 0 ? Step::end : Step::cut_off;
  });
}

}  // namespace

FileText unpack(std::string bytes, const std::string& path, std::size_t max) {
  if (bytes.empty()) return fault(path, "is empty");
  if (bytes.starts_with(kXzMagic)) return unpack_xz(bytes, path, max);
  if (bytes.starts_with(kZstdMagic)) return unpack_zstd(bytes, path, max);
  return {std::move(bytes), {}};
}

FileText read_file(const std::string& path, std::size_t max) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
  if (!file) return fault(path, std::string("cannot be opened: ") + std::strerror(errno));
  struct stat status{};
  if (fstat(fileno(file.get()), &status) == 0 && S_ISDIR(status.st_mode)) {
    return fault(path, "is a directory; name a file");
  }
  std::string bytes;
  std::array<char, kChunk> chunk;
  while (const std::size_t n = std::fread(chunk.data(), 1, chunk.size(), file.get())) {
    if (n > max - bytes.size()) return fault(path, too_large(max));
    bytes.append(chunk.data(), n);
  }
  if (std::ferror(file.get()) != 0) {
    return fault(path, std::string("cannot be read: ") + std::strerror(errno));
  }
  return unpack(std::move(bytes), path, max);
}

std::string pack_xz(std::string_view bytes) {
  std::string packed(lzma_stream_buffer_bound(bytes.size()), '\0');
  std::size_t end = 0;
  const lzma_ret code =
      lzma_easy_buffer_encode(LZMA_PRESET_DEFAULT | LZMA_PRESET_EXTREME, LZMA_CHECK_CRC32, nullptr,
                              reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(),
                              reinterpret_cast<std::uint8_t*>(packed.data()), &end, packed.size());
  check(code == LZMA_OK, "a buffer of its own bound holds what xz packs");
  packed.resize(end);
  return packed;
}

}  // namespace bp::kernel
