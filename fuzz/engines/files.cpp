// SPDX-License-Identifier: MIT
#include "fuzz/engines/files.h"

#include <fcntl.h>
#include <unistd.h>
#include <zstd.h>
#include "fuzz/kernel/input.h"
#include "fuzz/report/fmt.h"

#include <cerrno>
#include <cstring>

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

}  // namespace

FileRead read_whole(const std::filesystem::path& path) {
  const kernel::FileText file = kernel::read_file(path.string(), kFileMax);
  if (!file.fault.empty()) return {std::nullopt, file.fault};
  return {Bytes(file.bytes.begin(), file.bytes.end()), {}};
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
