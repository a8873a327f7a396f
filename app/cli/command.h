// The commands of reslens-cli; each lives in the source file of its name. main.cpp has the table.
#pragma once

#include <QStringList>

namespace reslens::cli {

enum ExitCode { kDone = 0, kFailed = 1, kUsage = 2 };

/// A command gets everything after its own name (global options included) and returns an ExitCode.
struct Command {
    const char *name;
    const char *summary;
    int (*run)(const Command &self, const QStringList &arguments);
};

int audit(const Command &self, const QStringList &arguments);
int bench(const Command &self, const QStringList &arguments);
int classify(const Command &self, const QStringList &arguments);
int compare(const Command &self, const QStringList &arguments);
int devices(const Command &self, const QStringList &arguments);
int fit(const Command &self, const QStringList &arguments);
int inspect(const Command &self, const QStringList &arguments);
int lesion(const Command &self, const QStringList &arguments);
int models(const Command &self, const QStringList &arguments);
int selfTest(const Command &self, const QStringList &arguments);

} // namespace reslens::cli
