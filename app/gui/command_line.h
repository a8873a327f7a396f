// The window's command line: reslens [--model M] [--device D] [IMAGE...]
#pragma once

#include "gui/settings.h"

#include <QSize>
#include <QString>
#include <QStringList>

#include <optional>

namespace reslens::gui {

struct CommandLine {
    QString model;                    // empty: the first embedded one
    QString device;                   // empty: the best
    bool hasHalfWeights;              // kept in fp16 on the device
    QStringList paths;                // pictures, folders, a checkpoint
    std::optional<ThemeChoice> theme; // for this run only
    QSize size;                       // empty: as remembered
    QString page;                     // the id of the view to show; empty: as remembered
    QString map;                      // the id of the map over the picture; empty: none
    QString screenshot;               // a file to save the window to, and end
};

/// Whether the arguments after the program's name ask for its help or version, which need no display.
bool asksAboutProgram(const QStringList &arguments);

/// Ends the program on --help, --version and on usage errors (exit code 2).
CommandLine parseCommandLine(const QStringList &arguments);

} // namespace reslens::gui
