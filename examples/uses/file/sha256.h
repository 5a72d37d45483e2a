// SHA-256, by OpenSSL's libcrypto.
#pragma once

#include <openssl/evp.h>

#include <cstddef>
#include <memory>
#include <string>

#include "common/job.h"

namespace uses {

class Sha256 {
 public:
  // Fetches it, once in the process. The first call is the module's init, on the env's thread: what
  // OpenSSL sets up on a thread of the pool, it leaves behind when the process ends.
  static const EVP_MD* Fetched() {
    static EVP_MD* const kFetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return kFetched;
  }

  Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    Check(context_ != nullptr && Fetched() != nullptr &&
          EVP_DigestInit_ex(context_.get(), Fetched(), nullptr) == 1);
  }

  void Add(const unsigned char* data, size_t size) {
    Check(EVP_DigestUpdate(context_.get(), data, size) == 1);
  }

  // Once, after all of it.
  std::string Hex() {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    Check(EVP_DigestFinal_ex(context_.get(), digest, &size) == 1);
    std::string hex;
    for (unsigned int i = 0; i < size; ++i) {
      hex += "0123456789abcdef"[digest[i] >> 4];
      hex += "0123456789abcdef"[digest[i] & 15];
    }
    return hex;
  }

 private:
  static void Check(bool done) {
    if (!done) throw Failure{"ERR_CRYPTO", "libcrypto has no SHA-256"};
  }

  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_;
};

}  // namespace uses
