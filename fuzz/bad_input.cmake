# Bad input of the replay program: one clear line each, and exit status 2.
#   cmake -DPROGRAM=replay… -DFOLDER=where-to-write -P bad_input.cmake

file(MAKE_DIRECTORY "${FOLDER}/empty")
file(WRITE "${FOLDER}/short" "ab")
file(WRITE "${FOLDER}/not_a_program.txt" "legal\ncreate 9\n")

function(expect line)
  execute_process(COMMAND "${PROGRAM}" ${ARGN}
                  RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE errors)
  if(NOT status EQUAL 2 OR NOT errors MATCHES "^replay: [^\n]*${line}[^\n]*\n$")
    message(SEND_ERROR "${ARGN}: status ${status}, not 2 with \"${line}\"\n${output}${errors}")
  endif()
endfunction()

expect("there is no input")
expect("there is no input" "${FOLDER}/empty")
expect("cannot read" "${FOLDER}/missing")
expect("no operation was performed" "${FOLDER}/short")
expect("line 2: a slot is a number below 8" --text "${FOLDER}/not_a_program.txt")
expect("unknown|not expected" --no-such-option)
