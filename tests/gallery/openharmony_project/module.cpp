#include <hilog/log.h>
#include <napi/native_api.h>

extern "C" void LogStart(int number);

static napi_value Start(napi_env env, napi_callback_info info)
{
    size_t argc = 1;
    napi_value args[1] = {nullptr};
    napi_get_cb_info(env, info, &argc, args, nullptr, nullptr);
    int32_t number = 0;
    napi_get_value_int32(env, args[0], &number);
    LogStart(number);
    napi_value result = nullptr;
    napi_create_int32(env, number + 1, &result);
    return result;
}

// Never called here: that it is named must not keep the module from loading where it is missing.
static napi_value Queue(napi_env env, napi_callback_info)
{
    napi_queue_async_work_with_qos(env, nullptr, napi_qos_user_initiated);
    return nullptr;
}

static napi_value Init(napi_env env, napi_value exports)
{
    napi_property_descriptor desc[] = {
        { "start", nullptr, Start, nullptr, nullptr, nullptr, napi_default, nullptr },
        { "queue", nullptr, Queue, nullptr, nullptr, nullptr, napi_default, nullptr },
    };
    napi_define_properties(env, exports, sizeof(desc) / sizeof(desc[0]), desc);
    return exports;
}

static napi_module entryModule = {
    .nm_version = 1,
    .nm_flags = 0,
    .nm_filename = nullptr,
    .nm_register_func = Init,
    .nm_modname = "entry",
    .nm_priv = ((void*)0),
    .reserved = { 0 },
};

extern "C" __attribute__((constructor)) void RegisterEntryModule(void)
{
    napi_module_register(&entryModule);
}
