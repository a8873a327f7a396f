// The output of reslens-cli: answers on stdout, errors and notes as single lines on stderr.
#pragma once

#include "error/error.h"

#include <QString>

#include <nlohmann/json.hpp>

namespace reslens::cli {

using Json = nlohmann::ordered_json;

/// Adds no line end. Makes each line printable; the caller does so for names that may contain line ends.
void print(const QString &text);
void printJson(const Json &json);

/// Prints `head` with one more member, the list `name`, item by item. The output is that of printJson(), but a long
/// answer is never held in memory.
class JsonListPrinter {
public:
    JsonListPrinter(const Json &head, const std::string &name);
    void add(const Json &item);
    /// Closes the list and the object around it.
    void finish();

private:
    bool m_isEmpty = true;
};

/// Prints "reslens-cli: error: …" and returns ExitCode kFailed.
int failed(const Error &error);
/// Prints "reslens-cli: error: …" and the help to read, and returns ExitCode kUsage. `command` may be empty.
int usageError(const QString &command, const QString &problem);
/// Prints "reslens-cli: note: …". The caller has checked --quiet.
void note(const QString &text);

/// Returns false if stdout could not take everything (a full disk, a closed pipe).
bool flushOutput();

} // namespace reslens::cli
