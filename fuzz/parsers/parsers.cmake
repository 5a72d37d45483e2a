# The parsers' targets. A parser inside of runtime/ is fuzzed through its own header, so these targets
# may include headers of runtime/, which the others do not. They compile the parsers' sources
# themselves: comparisons are traced in those and in nothing else.

set(_text parsers/text_target.cc)
napisan_not_for_fuzzers(${_text} parsers/print_statement.cc parsers/fuzz_options.cc
                        parsers/fuzz_call_syntax.cc parsers/fuzz_case_text.cc)

# napisan_runtime_sources(RESULT FOLDER PART…)
function(napisan_runtime_sources result folder)
  list(TRANSFORM ARGN PREPEND "${PROJECT_SOURCE_DIR}/runtime/${folder}/")
  list(TRANSFORM ARGN APPEND ".cc")
  set(${result} ${ARGN} PARENT_SCOPE)
endfunction()

napisan_runtime_sources(_options checker options suppressions rules render_escape)
napisan_add_fuzz_target(fuzz_options COMPARES
  SOURCES parsers/fuzz_options.cc ${_text} ${_options} LIBRARIES napisan_api)
napisan_runtime_sources(_syntax cli call_syntax literal_syntax number_syntax source_reader
                        source_text)
napisan_add_fuzz_target(fuzz_call_syntax COMPARES
  SOURCES parsers/fuzz_call_syntax.cc parsers/print_statement.cc ${_text} ${_syntax})
napisan_add_fuzz_target(fuzz_case_text COMPARES
  SOURCES parsers/fuzz_case_text.cc ${_text} program.cc program_text.cc)
foreach(name fuzz_options fuzz_call_syntax)
  target_include_directories(objects_${name} PRIVATE "${PROJECT_SOURCE_DIR}/runtime")
endforeach()
