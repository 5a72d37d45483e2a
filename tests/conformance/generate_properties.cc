// Properties: every form of descriptor on every kind of object, every kind of key on every kind of
// object, lists of names, and what typed arrays make of every kind of value.

#include "generate.h"

namespace napisan::conformance {
namespace {

constexpr const char* kTargets[] = {
    "object",   "frozen",    "sealed",     "array", "sparse_array", "function",
    "class",    "instance",  "typedarray", "error", "boxed_string", "arraybuffer",
    "external", "accessors", "throwing",   "date",  "promise",      "dataview",
};

// A number is an element's index as a name.
constexpr const char* kNames[] = {"fresh",  "a",    "0",         "1",       "7",
                                  "length", "name", "prototype", "toString"};

struct Form {
  const char* name;
  const char* fields;
};

constexpr Form kForms[] = {
    {"value", "value=number"},
    {"method", "method=callback data=data"},
    {"getter", "getter=get data=data"},
    {"setter", "setter=set data=data"},
    {"both", "getter=get setter=set data=data"},
};

// Defines a property with each set of attributes, on a new object each time, and uses it.
void Descriptors(std::vector<std::string>& programs) {
  for (const char* target : kTargets) {
    for (const char* name : kNames) {
      for (const Form& form : kForms) {
        for (int attributes = 0; attributes < 8; ++attributes) {
          Writer writer(std::string("define/") + target + "/" + name + "/" + form.name + "/" +
                            std::to_string(attributes),
                        8);
          writer.Throws();
          bool is_length = std::string(target).find("array") != std::string::npos &&
                           std::string(name) == "length";
          if (is_length) {
            writer.Header("since 22 Node 20's engine forgets what a refused length threw");
          }
          std::string quoted = std::string("\"") + name + "\"";
          writer.Add(std::string("napi_define_properties ") + target + " 1 [{utf8name=" + quoted +
                     " " + form.fields + " attributes=" + std::to_string(attributes) + "}]");
          writer.Add(std::string("inspect ") + target);
          writer.Add(std::string("napi_set_named_property ") + target + " " + quoted + " string");
          writer.AddRaw("napi_get_and_clear_last_exception >thrown");
          writer.AddRaw(std::string("napi_get_named_property ") + target + " " + quoted +
                        " >value");
          writer.AddRaw("napi_get_and_clear_last_exception >thrown");
          writer.Add(std::string("napi_create_string_utf8 ") + quoted + " auto >name_of_it");
          writer.AddRaw(std::string("napi_get_all_property_names ") + target +
                        " napi_key_own_only napi_key_enumerable napi_key_keep_numbers >names");
          writer.AddRaw(std::string("napi_get_all_property_names ") + target +
                        " napi_key_own_only napi_key_writable napi_key_numbers_to_strings >names");
          writer.AddRaw(std::string("napi_get_all_property_names ") + target +
                        " napi_key_own_only napi_key_configurable napi_key_keep_numbers >names");
          writer.AddRaw(std::string("napi_define_properties ") + target +
                        " 1 [{utf8name=" + quoted + " value=string attributes=napi_enumerable}]");
          writer.AddRaw("napi_get_and_clear_last_exception >thrown");
          writer.AddRaw(std::string("napi_delete_property ") + target + " name_of_it >gone");
          writer.AddRaw(std::string("napi_has_own_property ") + target + " name_of_it >has");
          writer.AddRaw(std::string("inspect ") + target);
          writer.EndBlock("main");
          programs.push_back(writer.Text());
        }
      }
    }
  }
}

// Each kind of object with each kind of key.
void Keys(std::vector<std::string>& programs) {
  constexpr const char* kLines[] = {
      "napi_has_own_property %o %k >has", "napi_has_property %o %k >has",
      "napi_get_property %o %k >value",   "napi_set_property %o %k truth",
      "napi_get_property %o %k >value",   "napi_has_own_property %o %k >has",
      "napi_delete_property %o %k >gone", "napi_has_property %o %k >has",
  };
  for (const ValueKind& object : ValueKinds()) {
    for (const ValueKind& key : ValueKinds()) {
      Writer writer(std::string("key/") + object.name + "/" + key.name, 8);
      for (std::string line : kLines) {
        line.replace(line.find("%o"), 2, object.name);
        line.replace(line.find("%k"), 2, key.name);
        writer.Add(line);
        writer.AddRaw("napi_get_and_clear_last_exception >thrown");
      }
      writer.AddRaw(std::string("inspect ") + object.name);
      writer.EndBlock("main");
      programs.push_back(writer.Text());
    }
  }
}

// Names by mode, filter and conversion. With prototypes only what is enumerable: the rest is the
// engine's.
void Names(std::vector<std::string>& programs) {
  for (const char* target : kTargets) {
    for (int filter = 0; filter < 32; ++filter) {
      Writer writer(std::string("names/") + target + "/" + std::to_string(filter), 8);
      writer.Add(std::string("napi_define_properties ") + target +
                 " 4 [{utf8name=\"hidden\" value=number} {name=symbol value=string "
                 "attributes=napi_enumerable} {utf8name=\"9\" value=number "
                 "attributes=napi_writable|napi_enumerable} {utf8name=\"fixed\" value=string "
                 "attributes=napi_configurable}]");
      bool enumerable = (filter & 2) != 0;
      for (const char* mode : {"napi_key_own_only", "napi_key_include_prototypes"}) {
        if (mode[9] == 'i' && !enumerable) continue;
        for (const char* conversion : {"napi_key_keep_numbers", "napi_key_numbers_to_strings"}) {
          writer.AddRaw(std::string("napi_get_all_property_names ") + target + " " + mode + " " +
                        std::to_string(filter) + " " + conversion + " >names");
        }
      }
      writer.EndBlock("main");
      programs.push_back(writer.Text());
    }
  }
}

// What each type of array makes of each kind of value.
void Elements(std::vector<std::string>& programs) {
  for (int type = 0; type < 12; ++type) {
    for (const ValueKind& kind : ValueKinds()) {
      Writer writer("element/" + std::to_string(type) + "/" + kind.name, 8);
      if (type == 11) writer.Header("since 24 Float16Array came with it");
      writer.AddRaw("napi_create_arraybuffer 32 null >store");
      writer.AddRaw("napi_create_typedarray " + std::to_string(type) + " 4 store 0 >elements");
      writer.Add(std::string("napi_set_element elements 1 ") + kind.name);
      writer.AddRaw("napi_get_and_clear_last_exception >thrown");
      writer.AddRaw("napi_get_element elements 1 >element");
      writer.Add(std::string("napi_set_element elements 9 ") + kind.name);
      writer.AddRaw("napi_get_and_clear_last_exception >thrown");
      writer.AddRaw("napi_get_element elements 9 >element");
      writer.AddRaw("inspect elements");
      writer.EndBlock("main");
      programs.push_back(writer.Text());
    }
  }
}

// An array's length as a property.
void Lengths(std::vector<std::string>& programs) {
  constexpr const char* kBefore[] = {
      "",
      "napi_object_freeze array",
      "napi_object_seal array",
      "napi_define_properties array 1 [{utf8name=\"3\" value=string}]",
      "napi_define_properties array 1 [{utf8name=\"1\" getter=get attributes=napi_configurable}]",
      "napi_delete_element array 0 >gone",
      "napi_set_element array 4000 string",
      "napi_set_element array 4294967294 string",
  };
  int number = 0;
  for (const char* before : kBefore) {
    for (const ValueKind& kind : ValueKinds()) {
      // Four billion elements as text take the engine longer than anybody waits.
      if (number == 7 && std::string(kind.name) == "array") continue;
      Writer writer("length/" + std::to_string(number) + "/" + kind.name, 8);
      writer.Make("array");
      if (before[0] != '\0') writer.Add(before);
      writer.Add(std::string("napi_set_named_property array \"length\" ") + kind.name);
      writer.AddRaw("napi_get_and_clear_last_exception >thrown");
      writer.AddRaw("napi_get_array_length array >length");
      writer.AddRaw(
          "napi_get_all_property_names array napi_key_own_only napi_key_all_properties "
          "napi_key_keep_numbers >names");
      writer.Add("napi_set_element array 2 number");
      writer.AddRaw("napi_get_array_length array >length");
      writer.AddRaw("inspect array");
      writer.EndBlock("main");
      programs.push_back(writer.Text());
    }
    ++number;
  }
}

}  // namespace

void GenerateProperties(std::vector<std::string>& programs) {
  Descriptors(programs);
  Keys(programs);
  Names(programs);
  Elements(programs);
  Lengths(programs);
}

}  // namespace napisan::conformance
