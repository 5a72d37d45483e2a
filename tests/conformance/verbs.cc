// What a line may do that is no function of Node-API.
//
//   return v          ends a function with a value, or any block without one
//   inspect v         shows a value with all that it holds
//   bytes p "text"    makes a datum that owns these bytes
//   write p "text"    writes to memory that the host gave out, or that a datum owns
//   open g, wait g    opens a gate; waits until it is open
//   start t, join t   runs a thread block; waits for its end, and shows what it did
//   block_pool        keeps every thread of libuv's pool busy, so that no work queued from now on
//   free_pool         begins before this
//
// Before a function: `quiet` (the last error is not looked at in between), `noenv` (a null env) and
// `times N`.

#include "caller.h"

namespace napisan::conformance {
namespace {

void Return(Frame& frame, const Line& line, const std::vector<Word>& words) {
  frame.has_returned = true;
  if (!words.empty() && !IsNull(words[0]) && !frame.FindValue(words[0].text, frame.returned)) {
    frame.Say(line.source + ": skipped, it has no value");
  }
}

void InspectAll(Frame& frame, const Line& line, const std::vector<Word>& words) {
  Decoder decoder(frame, words);
  napi_value value = nullptr;
  if (!decoder.ValueOf(decoder.Take(), value)) return SaySkipped(decoder, line);
  frame.Say(line.source + ": " + Inspect(frame.machine, frame.env, value, kDeep));
}

void Bytes(Frame& frame, const Line&, const std::vector<Word>& words) {
  if (words.size() == 2) frame.machine.NewBytes(words[0].text, words[1].text);
}

void Write(Frame& frame, const Line& line, const std::vector<Word>& words) {
  Decoder decoder(frame, words);
  uint64_t bits = 0;
  if (!decoder.HandleOf(decoder.Take(), "void*", bits)) return SaySkipped(decoder, line);
  const std::string& text = decoder.Take().text;
  if (bits != 0) std::memcpy(reinterpret_cast<void*>(bits), text.data(), text.size());
}

void Open(Frame& frame, const Line&, const std::vector<Word>& words) {
  frame.machine.OpenGate(words.at(0).text);
}

void Wait(Frame& frame, const Line&, const std::vector<Word>& words) {
  frame.machine.WaitFor(words.at(0).text);
}

void Start(Frame& frame, const Line& line, const std::vector<Word>& words) {
  const Block* block = frame.machine.program().Find(words.at(0).text);
  if (block == nullptr || block->kind != BlockKind::kThread) {
    frame.Say(line.source + ": there is no such thread");
    return;
  }
  frame.machine.Start(*block);
}

void Join(Frame& frame, const Line& line, const std::vector<Word>& words) {
  std::vector<std::string> log;
  if (!frame.machine.Join(words.at(0).text, log)) {
    frame.Say(line.source + ": it does not run");
    return;
  }
  for (const std::string& done : log) frame.Say("had run: " + done);
}

// libuv's pool has this many threads unless the environment says otherwise.
constexpr int kPoolThreads = 4;

// A work of its own, which is in no trace: env teardown waits for it as for any other.
struct Blocker {
  Machine& machine;
  napi_async_work work = nullptr;
};

void BlockPool(Frame& frame, const Line& line, const std::vector<Word>&) {
  napi_value name = nullptr;
  napi_create_string_utf8(frame.env, "blocker", NAPI_AUTO_LENGTH, &name);
  for (int i = 0; i < kPoolThreads; ++i) {
    auto* blocker = new Blocker{frame.machine};
    napi_status status = napi_create_async_work(
        frame.env, nullptr, name,
        [](napi_env, void* data) { static_cast<Blocker*>(data)->machine.WaitFor("the pool"); },
        [](napi_env env, napi_status, void* data) {
          napi_delete_async_work(env, static_cast<Blocker*>(data)->work);
          delete static_cast<Blocker*>(data);
        },
        blocker, &blocker->work);
    if (status == napi_ok) status = napi_queue_async_work(frame.env, blocker->work);
    if (status != napi_ok) frame.Say(line.source + ": " + StatusName(status));
  }
}

void FreePool(Frame& frame, const Line&, const std::vector<Word>&) {
  frame.machine.OpenGate("the pool");
}

}  // namespace

Operation FindVerb(const std::string& name) {
  struct Verb {
    const char* name;
    Operation run;
  };
  static constexpr Verb kVerbs[] = {
      {"return", Return},      {"inspect", InspectAll}, {"bytes", Bytes},
      {"write", Write},        {"open", Open},          {"wait", Wait},
      {"start", Start},        {"join", Join},          {"block_pool", BlockPool},
      {"free_pool", FreePool},
  };
  for (const Verb& verb : kVerbs) {
    if (name == verb.name) return verb.run;
  }
  return nullptr;
}

}  // namespace napisan::conformance
