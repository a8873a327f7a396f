// reslens-cli speaks here: answers on stdout, errors and notes as single lines on stderr.
#pragma once

#include "error/error.h"

#include <QString>

#include <nlohmann/json.hpp>

namespace reslens::cli {

using Json = nlohmann::ordered_json;

/// No line end is added. Each line is made printable; names that may hold line ends are the caller's to make so.
void print(const QString &text);
void printJson(const Json &json);

/// Prints `head` with one more member, the list `name`, item by item, as printJson() would print it as a whole: a long
/// answer is never held in memory.
class JsonListPrinter {
public:
    JsonListPrinter(const Json &head, const std::string &name);
    void add(const Json &item);
    /// Closes the list and what it is in.
    void finish();

private:
    bool m_isEmpty = true;
};

/// "reslens-cli: error: …" and ExitCode kFailed.
int failed(const Error &error);
/// "reslens-cli: error: …", with the help to read, and ExitCode kUsage. `command` may be empty.
int usageError(const QString &command, const QString &problem);
/// "reslens-cli: note: …"; the caller has looked at --quiet.
void note(const QString &text);

/// False where stdout could not take everything (a full disk, a closed pipe).
bool flushOutput();

} // namespace reslens::cli
