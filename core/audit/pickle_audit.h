// What a Python pickle would import and call, found by reading its opcodes; nothing is ever run. Every opcode of the
// protocols 0 to 5 is understood as CPython's two unpicklers do (Lib/pickle.py and Modules/_pickle.c). Promise: the
// names are a superset of what they would import, or `undecided` says why that cannot be known.
#pragma once

#include "error/error.h"
#include "weights/source.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace reslens::audit {

/// A name that Python would import.
struct Import {
    std::string module, name; // the bytes in the pickle, in UTF-8 where Python would decode them
    std::uint64_t byte = 0;   // of the opcode, in the file
    bool isCalled = false;

    std::string text() const; // "os.system", printable
};

struct Call {
    std::string name;                   // "os.system", or what stands for a result: "builtins.getattr(os, 'system')"
    std::vector<std::string> arguments; // as text, printable, at most kMaxArgumentBytes each
    std::uint64_t byte = 0;             // of the opcode, in the file
};

struct PickleAudit {
    std::vector<Import> imports;         // in order, each opcode once
    std::vector<Call> calls;             // in order
    std::vector<std::string> oddities;   // sentences: opcodes that torch.save does not write
    std::uint64_t size = 0;              // bytes up to and with STOP, or up to where reading ended
    bool isComplete = false;             // it has a STOP opcode and CPython would reach it
    std::optional<Error> undecided = {}; // why the names need not be all
};

constexpr std::size_t kMaxArgumentBytes = 1000;
constexpr std::size_t kMaxCalls = 100'000;

/// Reads the pickle at the beginning of `bytes`, which is byte `start` of the file named `subject`.
PickleAudit auditPickle(weights::Bytes bytes, std::uint64_t start, const std::string &subject);

} // namespace reslens::audit
