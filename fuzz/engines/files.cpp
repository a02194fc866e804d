// SPDX-License-Identifier: MIT
#include "fuzz/engines/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>
#include "fuzz/report/fmt.h"

#include <cerrno>
#include <cstring>
#include <memory>

namespace bp {
namespace {

/// Closes on every way out.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  bool open() const { return fd_ >= 0; }

 private:
  int fd_;
};

std::string because(const std::filesystem::path& path, std::string_view what) {
  return fmt::format("{}: {}: {}", path.string(), what, std::strerror(errno));
}

FileRead fault(std::string what) { return {std::nullopt, std::move(what)}; }

std::string too_large(const std::filesystem::path& path) {
  return fmt::format("{}: larger than {} MiB; no program is", path.string(), kFileMax >> 20);
}

bool is_zstd(std::span<const std::uint8_t> b) {
  return b.size() >= 4 && b[0] == 0x28 && b[1] == 0xb5 && b[2] == 0x2f && b[3] == 0xfd;
}

/// Frame after frame, up to kFileMax bytes.
FileRead decompress(const std::filesystem::path& path, std::span<const std::uint8_t> packed) {
  const std::unique_ptr<ZSTD_DStream, std::size_t (*)(ZSTD_DStream*)> stream(ZSTD_createDStream(),
                                                                             ZSTD_freeDStream);
  if (!stream) return fault(fmt::format("{}: memory ran out", path.string()));
  Bytes out;
  Bytes chunk(ZSTD_DStreamOutSize());
  ZSTD_inBuffer in{packed.data(), packed.size(), 0};
  std::size_t left = 1;
  for (;;) {
    ZSTD_outBuffer o{chunk.data(), chunk.size(), 0};
    left = ZSTD_decompressStream(stream.get(), &o, &in);
    if (ZSTD_isError(left) != 0) {
      return fault(fmt::format("{}: byte {}: not zstd data: {}", path.string(), in.pos,
                               ZSTD_getErrorName(left)));
    }
    if (out.size() + o.pos > kFileMax) return fault(too_large(path));
    out.insert(out.end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(o.pos));
    if (in.pos == in.size && o.pos < chunk.size()) break;
  }
  if (left != 0) {
    return fault(
        fmt::format("{}: the zstd data is cut short after {} bytes", path.string(), packed.size()));
  }
  if (out.empty()) return fault(fmt::format("{}: empty once decompressed", path.string()));
  return {std::move(out), {}};
}

Bytes compress(std::span<const std::uint8_t> bytes) {
  Bytes out(ZSTD_compressBound(bytes.size()));
  const std::size_t n = ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), 12);
  out.resize(ZSTD_isError(n) != 0 ? 0 : n);
  return out;
}

bool write_all(int fd, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return true;
}

/// What keeps a file from being read, before a byte of it is.
std::string fault_of_kind(const std::filesystem::path& path, const struct stat& s) {
  if (S_ISDIR(s.st_mode)) return fmt::format("{}: is a directory", path.string());
  if (!S_ISREG(s.st_mode)) return {};
  if (s.st_size == 0) return fmt::format("{}: empty file", path.string());
  if (static_cast<std::size_t>(s.st_size) > kFileMax) return too_large(path);
  return {};
}

}  // namespace

FileRead read_whole(const std::filesystem::path& path) {
  const Descriptor in(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat s{};
  if (!in.open() || ::fstat(in.get(), &s) != 0) return fault(because(path, "cannot be read"));
  if (std::string what = fault_of_kind(path, s); !what.empty()) return fault(std::move(what));
  Bytes bytes;
  std::size_t used = 0;
  bytes.resize(S_ISREG(s.st_mode) ? static_cast<std::size_t>(s.st_size) + 1 : 65536);
  for (;;) {
    if (used == bytes.size()) bytes.resize(bytes.size() * 2);
    const ssize_t n = ::read(in.get(), bytes.data() + used, bytes.size() - used);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fault(because(path, "cannot be read"));
    if (n == 0) break;
    used += static_cast<std::size_t>(n);
    if (used > kFileMax) return fault(too_large(path));
  }
  if (used == 0) return fault(fmt::format("{}: empty file", path.string()));
  bytes.resize(used);
  if (is_zstd(bytes)) return decompress(path, bytes);
  return {std::move(bytes), {}};
}

std::string write_whole(const std::filesystem::path& path, std::span<const std::uint8_t> bytes) {
  std::error_code ec;
  if (std::filesystem::is_directory(path, ec)) {
    return fmt::format("{}: is a directory; name a file", path.string());
  }
  Bytes packed;
  if (path.extension() == ".zst") {
    packed = compress(bytes);
    if (packed.empty()) return fmt::format("{}: memory ran out", path.string());
    bytes = packed;
  }
  const std::filesystem::path part = path.string() + fmt::format(".part{}", ::getpid());
  {
    const Descriptor out(::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (!out.open()) return because(path, "cannot be written");
    if (!write_all(out.get(), bytes) || ::fsync(out.get()) != 0) {
      std::string what = because(path, "cannot be written");
      ::unlink(part.c_str());
      return what;
    }
  }
  if (::rename(part.c_str(), path.c_str()) != 0) {
    std::string what = because(path, "cannot be written");
    ::unlink(part.c_str());
    return what;
  }
  return {};
}

std::string write_whole(const std::filesystem::path& path, std::string_view text) {
  return write_whole(path,
                     std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

}  // namespace bp
