// What reslens-cli says: answers on stdout, errors and notes as single lines on stderr.
#pragma once

#include "error/error.h"

#include <QString>

#include <nlohmann/json.hpp>

namespace reslens::cli {

using Json = nlohmann::ordered_json;

void print(const QString &text); // no line end is added
void printJson(const Json &json);

/// "reslens-cli: error: …" and ExitCode kFailed.
int failed(const Error &error);
/// "reslens-cli: error: …", with the help to read, and ExitCode kUsage. `command` may be empty.
int usageError(const QString &command, const QString &problem);
/// "reslens-cli: note: …"; the caller has looked at --quiet.
void note(const QString &text);

/// False where stdout could not take everything (a full disk, a closed pipe).
bool flushOutput();

} // namespace reslens::cli
