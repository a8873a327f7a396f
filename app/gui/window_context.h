// What the window is given: a session, what it offers without a file dialog, and the person's settings.
#pragma once

#include "gui/settings.h"

#include <QString>

#include <functional>
#include <vector>

namespace reslens::session {
class Session;
}

namespace reslens::gui {

/// The models and the sample pictures that came with the program.
struct Catalogue {
    struct Model {
        QString name; // what Session::openModel takes
        QString title, description;
    };
    struct Sample {
        QString title;
        QString path; // a resource or a file
    };
    std::vector<Model> models;
    std::vector<Sample> samples;
};

/// What the window works with; all of it outlives the window.
struct WindowContext {
    session::Session &session;
    const Catalogue &catalogue;
    Settings &settings;
    std::function<void(ThemeChoice)> applyTheme;
};

} // namespace reslens::gui
