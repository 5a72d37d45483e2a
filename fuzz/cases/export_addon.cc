#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <set>

#include "export.h"
#include "export_text.h"
#include "type_names.h"

namespace napisan::cases {
namespace {

constexpr const char* kHead = R"text(//
// CMakeLists.txt builds it, and driver.mjs plays it in a real Node.js. A line of its output is a call
// and its status, with that of the host where it is another; or a callback. What the host decided
// and Node.js does not ask about, as which work executes next, may come in another order here.

#include <atomic>
#include <cmath>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <thread>

#define NAPI_VERSION 10
#include <node_api.h>

@namespace {

)text";

constexpr const char* kTrace = R"text(
// Execute callbacks tell, too.
std::mutex mutex;

// What an older Node.js does not have.
constexpr auto kAbsent = static_cast<napi_status>(-2);

template <class Function, class... Arguments>
napi_status Make(Function* function, Arguments... arguments) {
  return function == nullptr ? kAbsent : function(arguments...);
}

// Works and items that are under way.
std::atomic<int> works{0};
std::atomic<int> items{0};
// For cleanup hooks, which are given none.
[[maybe_unused]] napi_env kept = nullptr;
int calls = 0;
int others = 0;

void Tell(napi_status expected, napi_status status, const char* function) {
  std::lock_guard lock(mutex);
  ++calls;
  if (status == napi_ok && std::strcmp(function, "napi_queue_async_work") == 0) ++works;
  if (status == napi_ok && std::strcmp(function, "napi_call_threadsafe_function") == 0) ++items;
  std::printf("call %s ", function);
  if (status == kAbsent) {
    std::printf("absent");
  } else {
    std::printf("%d", static_cast<int>(status));
  }
  if (status != expected && expected != kUnknown) {
    ++others;
    std::printf(", in the host %d", static_cast<int>(expected));
  }
  std::printf("\n");
  std::fflush(stdout);
}
#define CALL(expected, function, ...) Tell(expected, Make(function, __VA_ARGS__), #function)

// The callbacks that ran in the host. Here each cell has its own order.
struct Planned {
  const char* callback;
  int cell;
  void (*body)(napi_env env, napi_callback_info info);
  bool played;
};
extern Planned planned[];
extern const int kPlannedCount;
// False where the run or the agent ended before its time: here more may come.
extern const bool kWhole;
int played = 0;

const Planned* Take(const char* callback, int cell) {
  std::lock_guard lock(mutex);
  std::printf("callback %s of cell %d", callback, cell);
  const Planned* found = nullptr;
  for (int i = 0; i < kPlannedCount && found == nullptr; ++i) {
    Planned& each = planned[i];
    if (each.played || each.cell != cell || std::strcmp(each.callback, callback) != 0) continue;
    each.played = true;
    ++played;
    found = &each;
  }
  std::printf("%s\n", found == nullptr && kWhole ? ", not in the host" : "");
  std::fflush(stdout);
  return found;
}

void Play(const char* callback, const void* data, napi_env env, napi_callback_info info) {
  auto cell = static_cast<int>(static_cast<const Cell*>(data) - cells);
  if (const Planned* found = Take(callback, cell)) found->body(env, info);
  if (std::strcmp(callback, "OnComplete") == 0) --works;
  if (std::strcmp(callback, "OnCallJs") == 0) --items;
}

// When the process ends.
struct Summary {
  ~Summary() {
    std::printf("%d calls, %d with another status; %d of %d callbacks ran\n", calls, others, played,
                kPlannedCount);
    std::fflush(stdout);
  }
} summary;

)text";

constexpr const char* kEnd = R"text(
// A work that holds the pool, which has one thread here, until the loop is to run: what is queued
// stays queued until then, as in the host.
struct Gate {
  std::mutex lock;
  std::condition_variable opens;
  bool open = true;
  napi_async_work work = nullptr;
} gate;

napi_value Hold(napi_env env, napi_callback_info) {
  if (gate.work != nullptr) return nullptr;
  gate.open = false;
  napi_value name = nullptr;
  napi_create_string_utf8(env, "gate", NAPI_AUTO_LENGTH, &name);
  napi_create_async_work(
      env, nullptr, name,
      [](napi_env, void*) {
        std::unique_lock lock(gate.lock);
        gate.opens.wait(lock, [] { return gate.open; });
      },
      [](napi_env its_env, napi_status, void*) {
        napi_delete_async_work(its_env, gate.work);
        gate.work = nullptr;
      },
      nullptr, &gate.work);
  napi_queue_async_work(env, gate.work);
  return nullptr;
}

napi_value Release(napi_env, napi_callback_info) {
  std::lock_guard lock(gate.lock);
  gate.open = true;
  gate.opens.notify_all();
  return nullptr;
}

// What driver.mjs calls.
constexpr napi_callback kCalls[] = {
@};

// Whether something is under way that the loop will bring.
napi_value Busy(napi_env env, napi_callback_info) {
  napi_value result = nullptr;
  napi_get_boolean(env, works > 0 || items > 0 || gate.work != nullptr, &result);
  return result;
}

}  // namespace

extern "C" {

// What the case declares, and not more than this Node.js has: driver.mjs says what that is.
__attribute__((visibility("default"))) int32_t node_api_module_get_api_version_v1() {
  const char* most = std::getenv("NAPISAN_CASE_VERSION_MOST");
  constexpr int32_t kDeclared = @;
  return most != nullptr && std::atoi(most) < kDeclared ? std::atoi(most) : kDeclared;
}

__attribute__((visibility("default"))) napi_value napi_register_module_v1(napi_env env,
                                                                          napi_value exports) {
  std::memset(cells, 'x', sizeof(cells));
  kept = env;
  auto add = [&](const char* name, napi_callback callback) {
    napi_value function = nullptr;
    napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function);
    napi_set_named_property(env, exports, name, function);
  };
  add("busy", Busy);
  add("hold", Hold);
  add("release", Release);
  int number = 0;
  for (napi_callback call : kCalls) {
    char name[16];
    std::snprintf(name, sizeof(name), "call%d", number++);
    add(name, call);
  }
  return exports;
}

}  // extern "C"
)text";

constexpr const char* kDriver =
    R"text(// Written by napisan case export. Plays addon.cc: node driver.mjs [addon.node]
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import v8 from 'node:v8';
import vm from 'node:vm';

// One thread executes the works, so that they begin in the order in which they are queued.
if (process.env.UV_THREADPOOL_SIZE !== '1') {
  const environment = { ...process.env, UV_THREADPOOL_SIZE: '1' };
  const options = { env: environment, stdio: 'inherit' };
  const run = spawnSync(process.execPath, process.argv.slice(1), options);
  if (run.signal) fs.writeSync(1, `ended by ${run.signal}\n`);
  process.exit(run.status ?? 1);
}

const tell = (text) => fs.writeSync(1, `${text}\n`);
process.on('uncaughtException', () => tell('uncaught exception'));
process.on('unhandledRejection', () => tell('unhandled rejection'));
process.env.NAPISAN_CASE_VERSION_MOST = process.versions.napi;
v8.setFlagsFromString('--expose-gc');
const gc = vm.runInNewContext('gc');
const file = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, 'build/addon.node'));
const addon = createRequire(import.meta.url)(file);
// What the case leaves alive keeps the process for so long.
setTimeout(() => process.exit(2), 20000).unref();

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** One call of the module by JavaScript, and its microtasks. */
async function call(number) {
  tell(`JavaScript calls ${number}`);
  addon.hold();
  try {
    addon[`call${number}`]();
  } catch {
    tell('it threw');
  }
  await new Promise((resolve) => process.nextTick(resolve));
}

/** Runs the loop: Node.js cannot be told which work executes, or completes, next. */
async function loop() {
  addon.release();
  const wait = () => new Promise((resolve) => setTimeout(resolve, 1));
  for (let i = 0; addon.busy() && i < 1000; ++i) await wait();
  for (let i = 0; i < 5; ++i) await turn();
}

async function collect() {
  await turn();
  gc();
  await turn();
}

@addon.release();
)text";

constexpr const char* kCMake = R"text(# Written by napisan case export.
#   cmake -S . -B build -DNODE_API_HEADERS=DIR && cmake --build build && node driver.mjs
# DIR has node_api.h: the include folder of the npm package node-api-headers, or of a Node.js.
cmake_minimum_required(VERSION 3.16)
project(case_addon CXX)
set(CMAKE_CXX_STANDARD 20)
add_library(addon MODULE addon.cc)
set_target_properties(addon PROPERTIES PREFIX "" SUFFIX ".node")
target_include_directories(addon PRIVATE "${NODE_API_HEADERS}")
)text";

// What an older Node.js or its headers lack is declared, and may be absent.
std::string Declarations(const Recording& recording) {
  std::set<FunctionId> functions;
  for (const RecordedBody& body : recording.bodies) {
    for (const RecordedCall& call : body.calls) {
      if (Info(call.function).since > 8) functions.insert(call.function);
    }
  }
  if (functions.empty()) return "";
  std::string text = "// Not every Node.js has these.\nextern \"C\" {\n";
  for (FunctionId function : functions) {
    text += fmt::format("__attribute__((weak)) napi_status {}(", Info(function).name);
    for (size_t i = 0; i < SignatureOf(function).count; ++i) {
      text += fmt::format("{}{}", i == 0 ? "" : ", ", TypeName(function, i));
    }
    text += ");\n";
  }
  return text + "}\n\n";
}

std::string AddonText(const Case& program, const Recording& recording) {
  std::string text = "// Written by napisan case export. It makes the calls of this case:\n//\n" +
                     CaseAsComment(program, recording) + Filled(kHead, {Declarations(recording)}) +
                     Definitions(recording) + kTrace + kCallbackFunctions;
  std::string planned;
  std::string calls;
  int count = 0;
  for (size_t i = 0; i < recording.bodies.size(); ++i) {
    const RecordedBody& body = recording.bodies[i];
    bool is_callback = body.callback != Parameter::kEnv;
    // What comes after a terminate is left out whole.
    if (i >= recording.bodies_before_end) break;
    if (!is_callback && IsEmpty(body)) continue;
    text += BodyFunction(recording, i, "CALL", /*repeatable_only=*/true);
    if (is_callback) {
      planned += fmt::format("    {{\"{}\", {}, {}, false}},\n", CallbackName(body.callback),
                             body.cell, BodyName(i));
      ++count;
    } else {
      calls += fmt::format(
          "    [](napi_env env, napi_callback_info) -> napi_value {{ return {}(env, nullptr), "
          "nullptr; }},\n",
          BodyName(i));
    }
  }
  if (count == 0) planned = "    {nullptr, 0, nullptr, true},\n";
  if (calls.empty()) {
    calls = "    [](napi_env, napi_callback_info) -> napi_value { return nullptr; },\n";
  }
  text += fmt::format(
      "Planned planned[] = {{\n{}}};\nconst int kPlannedCount = {};\nconst bool kWhole = {};\n",
      planned, count, recording.failure.empty() && recording.drives_before_end == SIZE_MAX);
  return text + Filled(kEnd, {calls, recording.version_10 ? "10" : "8"});
}

// Calls of the module as they were; what the loop was told to do is that it runs.
std::string DriverText(const Recording& recording) {
  std::string steps;
  int number = 0;
  bool looped = false;
  size_t count = std::min(recording.drives.size(), recording.drives_before_end);
  for (size_t i = 0; i < count; ++i) {
    const RecordedDrive& drive = recording.drives[i];
    switch (drive.drive) {
      case Drive::kRun:
      case Drive::kOutside:
        if (IsEmpty(recording.bodies[drive.body])) continue;
        steps += fmt::format("await call({});\n", number++);
        break;
      case Drive::kCollect:
        steps += "await collect();\n";
        break;
      case Drive::kFault:
        steps += FaultLine(static_cast<FaultKind>(drive.index), /*repeatable_only=*/true);
        break;
      case Drive::kTeardown:
        steps += "// The env ends with the process, when nothing is left to do.\n";
        break;
      default:
        if (!looped) steps += "await loop();\n";
        looped = true;
        continue;
    }
    looped = false;
  }
  if (recording.drives_before_end != SIZE_MAX) steps += "addon.release();\nprocess.exit();\n";
  return Filled(kDriver, {steps});
}

}  // namespace

Addon ExportAddon(const Case& program, const Recording& recording) {
  return {AddonText(program, recording), DriverText(recording), kCMake};
}

}  // namespace napisan::cases
