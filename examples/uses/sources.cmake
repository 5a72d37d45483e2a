# What each use is made of, and of which library: for CMakeLists.txt here and in openharmony.

set(uses_sources_common common/job.cc common/arguments.cc)

set(uses_sources_file file/file.cc file/block_file.cc)
set(uses_library_file libcrypto)

set(uses_sources_network network/network.cc network/transfer.cc)
set(uses_library_network libcurl>=7.85)
set(uses_sources_server network/server.cc network/http_server.cc)

set(uses_sources_database database/database.cc database/connection.cc database/values.cc)
set(uses_library_database sqlite3)

set(uses_sources_image image/image.cc image/picture.cc)
set(uses_library_image libpng)
