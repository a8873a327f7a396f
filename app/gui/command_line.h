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
    bool hasHalfWeights;              // weights in fp16 on the device
    QStringList paths;                // pictures, folders, a checkpoint
    std::optional<ThemeChoice> theme; // for this run only
    QSize size;                       // empty: as in the settings
    QString page;                     // id of the view to show; empty: as in the settings
    QString map;                      // id of the map over the picture; empty: none
    QString screenshot;               // a file for a picture of the window; the program ends after it
};

/// True if the arguments after the program's name ask for help or version, which need no display.
bool asksAboutProgram(const QStringList &arguments);

/// Ends the program on --help, --version and on usage errors (exit code 2).
CommandLine parseCommandLine(const QStringList &arguments);

} // namespace reslens::gui
