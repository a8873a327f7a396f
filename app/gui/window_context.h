// The window is given these: a session, models and samples to offer without a file dialog, and the person's settings.
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

/// The window works with these; all of them outlive it.
struct WindowContext {
    session::Session &session;
    const Catalogue &catalogue;
    Settings &settings;
    std::function<void(ThemeChoice)> applyTheme;
};

} // namespace reslens::gui
