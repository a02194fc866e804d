// SPDX-License-Identifier: MIT
#include "fuzz/program/text_ops.h"

#include "model/vocab/gfp_text.h"

namespace bp::text {
namespace {

Fault fault(const Word& w, std::string what) { return {w.column, std::move(what)}; }

/// A bit per key of an operation line, to refuse one that comes twice or is missing.
enum Key : unsigned { kCpu = 1, kOrder = 2, kGfp = 4, kNode = 8, kNodes = 16, kOffset = 32 };

struct Keys {
  unsigned allowed;
  unsigned seen = 0;

  MaybeFault take(const Word& w, Key k) {
    if ((allowed & k) == 0)
      return fault(w, "unknown key " + quoted(w.text.substr(0, w.text.find('='))));
    if ((seen & k) != 0)
      return fault(w, "the key " + quoted(w.text.substr(0, w.text.find('='))) + " is given twice");
    seen |= k;
    return std::nullopt;
  }
};

Key key_named(std::string_view name) {
  if (name == "cpu") return kCpu;
  if (name == "order") return kOrder;
  if (name == "gfp") return kGfp;
  if (name == "node") return kNode;
  if (name == "nodes") return kNodes;
  if (name == "offset") return kOffset;
  return Key{};
}

/// A number below `end`, which names what it counts.
MaybeFault read_below(const Word& value, std::uint64_t end, const char* what, std::uint64_t& out) {
  if (auto f = read_number(value, value.text, ~std::uint64_t{0}, out)) return f;
  if (out >= end)
    return fault(value, std::string("there is no ") + what + " " + quoted(value.text));
  return std::nullopt;
}

MaybeFault read_gfp(const Word& value, Era era, Gfp& out) {
  const GfpParse parsed = gfp_parse(value.text, era);
  if (!parsed.fault.empty()) return Fault{value.column + parsed.at, parsed.fault};
  out = parsed.gfp;
  return std::nullopt;
}

MaybeFault read_value(const Word& value, Key k, const Machine& m, Op& op) {
  std::uint64_t n = 0;
  MaybeFault f;
  switch (k) {
    case kCpu:
      if (op.kind == OpKind::drain && value.text == "all") {
        op.cpu = kAllCpus;
      } else {
        f = read_below(value, m.cpus, "CPU", n);
        op.cpu = static_cast<std::uint8_t>(n);
      }
      break;
    case kOrder:
      f = read_below(value, kOrderMax + 1, "order", n);
      op.order = Order{static_cast<unsigned>(n)};
      break;
    case kGfp: f = read_gfp(value, m.era, op.gfp); break;
    case kNode:
      f = read_below(value, m.nodes.size(), "node", n);
      op.node = static_cast<std::int8_t>(n);
      break;
    case kNodes:
      f = read_below(value, std::uint64_t{1} << m.nodes.size(), "node of mask", n);
      op.nodemask = static_cast<std::uint8_t>(n);
      break;
    case kOffset:
      f = read_below(value, kOffsetMax + 1, "offset", n);
      op.offset = static_cast<std::uint16_t>(n);
      break;
  }
  return f;
}

MaybeFault read_keys(Words& words, unsigned allowed, unsigned needed, const Machine& m, Op& op) {
  Keys keys{allowed};
  Word w = words.next();
  for (; !w.text.empty(); w = words.next()) {
    const std::size_t equals = w.text.find('=');
    if (equals == w.text.npos) return fault(w, quoted(w.text) + " is no key=value");
    const Key key = key_named(w.text.substr(0, equals));
    if (auto f = keys.take(w, key)) return f;
    if (auto f = read_value(value_of(w), key, m, op)) return f;
  }
  if ((keys.seen & needed) == needed) return std::nullopt;
  const unsigned missing = needed & ~keys.seen;
  const char* name = (missing & kCpu) != 0 ? "cpu=" : (missing & kOrder) != 0 ? "order=" : "gfp=";
  return fault(w, std::string(name) + " is missing");
}

/// "bN = alloc ...": N is the next handle.
MaybeFault read_alloc(const Word& handle, Words& words, const Machine& m,
                      std::vector<Order>& orders, Op& op) {
  char expected[16] = {'b'};
  const auto end = std::to_chars(expected + 1, expected + sizeof expected, orders.size()).ptr;
  if (handle.text != std::string_view(expected, static_cast<std::size_t>(end - expected))) {
    return fault(handle,
                 "blocks are named in order: expected 'b" + std::to_string(orders.size()) + "'");
  }
  const Word equals = words.next();
  if (equals.text != "=") return fault(equals, "expected '= alloc'");
  const Word verb = words.next();
  if (verb.text != "alloc")
    return fault(verb, quoted(verb.text) + " names no block: only 'alloc' does");
  op.kind = OpKind::alloc;
  if (auto f = read_keys(words, kCpu | kOrder | kGfp | kNode | kNodes, kCpu | kOrder | kGfp, m, op))
    return f;
  orders.push_back(op.order);
  return std::nullopt;
}

MaybeFault read_free(Words& words, const Machine& m, std::span<const Order> orders, Op& op) {
  const Word handle = words.next();
  const auto n = handle.text.starts_with('b') ? number(handle.text.substr(1)) : std::nullopt;
  if (!n) return fault(handle, quoted(handle.text) + " is no block: b0, b1, ...");
  if (*n >= orders.size()) return fault(handle, "no alloc above defines " + quoted(handle.text));
  op.kind = OpKind::free;
  op.handle = static_cast<std::uint32_t>(*n);
  op.order = orders[op.handle];
  return read_keys(words, kCpu | kOrder | kOffset, kCpu, m, op);
}

}  // namespace

MaybeFault read_op(const Word& first, Words& words, const Machine& m, std::vector<Order>& orders,
                   Op& out) {
  out = {};
  if (first.text == "free") return read_free(words, m, orders, out);
  if (first.text == "drain") {
    out.kind = OpKind::drain;
    return read_keys(words, kCpu, kCpu, m, out);
  }
  if (first.text == "census") return read_keys(words, 0, 0, m, out);
  if (first.text.starts_with('b') && number(first.text.substr(1)))
    return read_alloc(first, words, m, orders, out);
  return fault(first,
               "unknown operation " + quoted(first.text) + ": bN = alloc, free, drain, census");
}

}  // namespace bp::text
