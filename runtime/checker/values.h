// Values: an agent's napi_values, as tokens, and the scopes they live in.
//
// The table is a stack that mirrors the host's handle stack. A token holds its index and the epoch
// of its scope; it is good while the entry at that index still holds it. Closing a scope drops the
// entries above its mark. Epochs are never used twice with the same index: when they run out, the
// table goes on above every index it has used, and what was dropped below stays dropped.
//
// Threads: the agent's only.
#pragma once

#include <cstdint>

#include "api/defect.h"
#include "api/node_api.h"
#include "checker/report.h"
#include "checker/token.h"

namespace napisan::checker {

struct EnvRecord;

// One open scope. The implicit ones are of callbacks, the others of napi_open_*handle_scope.
struct Scope {
  enum class Type : uint8_t { kCallback, kHandle, kEscapable };

  uint32_t epoch;
  uint32_t mark;  // the table's top when it opened
  Type type;
  Phase phase;            // of the callback it was opened in
  bool escaped;           // escapable: escape was called
  bool told;              // a report tells of it: what follows hangs on that one
  uint32_t subject;       // as in Moment
  uint32_t escape_index;  // escapable: the entry reserved in the outer scope
  uint16_t image_epoch;
  uintptr_t pc;    // where it was opened; the callback's entry for implicit ones
  void* host;      // the host's handle of an explicit one
  EnvRecord* env;  // that an explicit one was opened with
};

class ValueTable {
 public:
  // Callbacks and scopes ago that a stale value can still be told about: 12 KiB.
  static constexpr uint32_t kClosedKept = 256;

  // `agent` numbers the tables of a process. `last_epoch` is for tests, which cannot open four
  // billion scopes.
  explicit ValueTable(uint32_t agent, uint32_t last_epoch = 0);
  ValueTable(const ValueTable&) = delete;
  ValueTable& operator=(const ValueTable&) = delete;

  // Null where the token is not good.
  napi_value Find(Token token) const {
    uint32_t index = IndexOf(token);
    const Entry& entry = entries_[index];
    bool same = (entry.token == token) | HAS_DEFECT(stale_value_accepted);
    // One branch: what is no value has an index, too, and that says nothing.
    return ((index < top_) & same) ? entry.host : nullptr;
  }
  bool Contains(Token token) const { return Find(token) != nullptr; }

  Token Add(napi_value host) {
    if (top_ == kEntries) Exhausted();
    uint32_t epoch = scopes_[depth_ - 1].epoch;
    Entry& entry = entries_[top_];
    Token token = MakeValueToken(tag_, top_++, epoch);
    entry.host = host;
    entry.token = token;
    return token;
  }

  bool has_scope() const { return depth_ > 0; }
  uint32_t depth() const { return depth_; }
  Scope& At(uint32_t index) { return scopes_[index]; }
  Scope& innermost() { return scopes_[depth_ - 1]; }

  // Opens a scope and returns its index; what is not given here is the caller's to fill in.
  Scope& Open(Scope::Type type) {
    if (depth_ == kScopes) Exhausted();
    Scope& scope = scopes_[depth_++];
    // What was closed here is remembered only now: copied when it closed, it would wait for the
    // stores of a callback that had done little since it opened.
    closed_[scope.epoch % kClosedKept] = scope;
    scope.epoch = NextEpoch();
    scope.mark = top_;
    scope.type = type;
    scope.escaped = false;
    scope.told = false;
    scope.host = nullptr;
    return scope;
  }
  // Closes the innermost scope.
  void Close() {
    top_ = scopes_[--depth_].mark;
    if (top_ < base_) DropBelowBase();
  }

  // Reserves an entry in the innermost scope, for a value that escapes into it later.
  uint32_t Reserve() {
    Add(nullptr);
    return top_ - 1;
  }
  Token FillReserved(uint32_t index, napi_value host) {
    entries_[index].host = host;
    return entries_[index].token;
  }

  // The closed scope that a stale value, or the stale handle of a scope, belonged to; null when
  // that was too long ago.
  const Scope* FindClosed(Token token) const;
  // The innermost scope that is a callback's, or null.
  const Scope* InnermostCallback() const;
  // Whether a token is of a scope that is open.
  bool IsOfOpenScope(Token token) const;
  // Whether the token is of this table, and can have been made at all.
  bool IsOwn(Token token) const { return TagOf(token) == tag_; }
  bool WasMade(Token token) const {
    return WasEpoch(EpochOf(token)) || (EpochOf(token) != 0 && IndexOf(token) < base_);
  }
  // Whether a scope had this epoch, since they began anew.
  bool WasEpoch(uint32_t epoch) const { return epoch != 0 && epoch <= last_epoch_; }

  void Reset();

 private:
  struct Entry {
    Token token;
    napi_value host;
  };

  // Values open at once; address space only until they are used.
  static constexpr uint32_t kEntries = uint32_t{1} << kIndexBits;
  static constexpr uint32_t kScopes = uint32_t{1} << 16;

  uint32_t NextEpoch() {
    if (last_epoch_ == UINT32_MAX) RestartEpochs();
    return ++last_epoch_;
  }
  void RestartEpochs();
  void DropBelowBase();
  [[noreturn]] static void Exhausted();

  Entry* entries_;
  // The open ones; from depth_ on those closed last, each until another is opened in its place.
  Scope* scopes_;
  // The closed ones that are not there any more, by epoch.
  Scope* closed_;
  uint32_t top_ = 0;
  uint32_t depth_ = 0;
  uint32_t last_epoch_ = 0;
  // Indices below this are of epochs that ran out.
  uint32_t base_ = 0;
  Token tag_;
};

}  // namespace napisan::checker
