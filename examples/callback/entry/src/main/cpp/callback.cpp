#include "napi/native_api.h"
#include "hilog/log.h"

static constexpr int INT_ARGS_2 = 2; // Input parameter index.

// Data context provided by the caller. The data is transferred to the execute and complete functions.
struct CallbackData {
    napi_async_work asyncWork = nullptr;
    napi_ref callbackRef = nullptr;
    double args[2] = {0};
    double result = 0;
};

static void ExecuteCB(napi_env env, void *data)
{
    CallbackData *callbackData = reinterpret_cast<CallbackData *>(data);
    callbackData->result = callbackData->args[0] + callbackData->args[1];
}

static void CompleteCB(napi_env env, napi_status status, void *data)
{
    CallbackData *callbackData = reinterpret_cast<CallbackData *>(data);
    napi_value callbackArg[1] = {nullptr};
    napi_create_double(env, callbackData->result, &callbackArg[0]);
    napi_value callback = nullptr;
    napi_get_reference_value(env, callbackData->callbackRef, &callback);
    // Execute the callback.
    napi_value result;
    napi_value undefined;
    napi_get_undefined(env, &undefined);
    napi_call_function(env, undefined, callback, 1, callbackArg, &result);
    // Delete the napi_ref object and asynchronous work object.
    napi_delete_reference(env, callbackData->callbackRef);
    napi_delete_async_work(env, callbackData->asyncWork);
    delete callbackData;
    callbackData = nullptr;
}

napi_value AsyncWork(napi_env env, napi_callback_info info)
{
    size_t argc = 3;
    napi_value args[3];
    napi_get_cb_info(env, info, &argc, args, nullptr, nullptr);
    auto asyncContext = new CallbackData();
    // Save the received parameters to callbackData.
    napi_get_value_double(env, args[0], &asyncContext->args[0]);
    napi_get_value_double(env, args[1], &asyncContext->args[1]);
    // Convert the callback to napi_ref to extend its lifecycle to prevent it from being garbage-collected.
    napi_create_reference(env, args[INT_ARGS_2], 1, &asyncContext->callbackRef);
    napi_value resourceName = nullptr;
    napi_create_string_utf8(env, "asyncWorkCallback", NAPI_AUTO_LENGTH, &resourceName);
    // Create an asynchronous work object.
    napi_create_async_work(env, nullptr, resourceName, ExecuteCB, CompleteCB,
                           asyncContext, &asyncContext->asyncWork);
    // Add the asynchronous work object to a queue.
    napi_queue_async_work(env, asyncContext->asyncWork);
    return nullptr;
}

// Initialize the module.
static napi_value Init(napi_env env, napi_value exports)
{
    napi_property_descriptor desc[] = {
        { "asyncWork", nullptr, AsyncWork, nullptr, nullptr, nullptr, napi_default, nullptr }
    };
    napi_define_properties(env, exports, sizeof(desc) / sizeof(desc[0]), desc);
    return exports;
}

static napi_module demoModule = {
    .nm_version = 1,
    .nm_flags = 0,
    .nm_filename = nullptr,
    .nm_register_func = Init,
    .nm_modname = "entry1",
    .nm_priv = ((void*)0),
    .reserved = { 0 },
};

extern "C" __attribute__((constructor)) void RegisterEntry1Module(void)
{
    OH_LOG_INFO(LOG_APP, "registering module %{public}s", demoModule.nm_modname);
    napi_module_register(&demoModule);
}
