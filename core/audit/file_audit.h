// What is in a checkpoint's file, and what Python would run if it loaded it. Nothing in the file is executed.
#pragma once

#include "audit/verdict.h"
#include "error/error.h"
#include "weights/source.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace reslens::audit {

/// A name that Python would import, and how it would be called.
struct NamedCall {
    std::string name;                   // "os.system", printable
    bool isCalled = false;              // false: only imported
    std::vector<std::string> arguments; // as text
    std::string where;                  // "archive/data.pkl", "pickle 4"
    std::uint64_t byte = 0;             // in the file; in the inflated entry if that is compressed
};

/// "os.system('touch x')  archive/data.pkl, byte 17"
std::string textOf(const NamedCall &call);

struct FileAudit {
    std::string file, container; // "torch zip", "safetensors", …
    Verdict verdict = Verdict::Plain;
    std::vector<NamedCall> calls;
    std::vector<std::string> oddities; // sentences
    std::vector<Error> undecided;      // why the names need not be all
};

/// Looks into every pickle of the file, whatever its container. What cannot be decided is said in `undecided`. Errors:
/// NotFound, Io, Limit (a file too large).
Result<FileAudit> auditFile(const std::filesystem::path &path);
FileAudit auditSource(const weights::Source &source, const std::string &name);

} // namespace reslens::audit
