// The context of the window: a session, the models and samples that it offers, and the person's settings.
#pragma once

#include "gui/settings.h"

#include <QString>

#include <functional>
#include <vector>

namespace reslens::session {
class Session;
}

namespace reslens::gui {

/// The models and sample pictures that came with the program.
struct Catalogue {
    struct Model {
        QString name; // for Session::openModel
        QString title, description;
    };
    struct Sample {
        QString title;
        QString path; // a resource or a file
    };
    std::vector<Model> models;
    std::vector<Sample> samples;
};

/// All of these outlive the window.
struct WindowContext {
    session::Session &session;
    const Catalogue &catalogue;
    Settings &settings;
    std::function<void(ThemeChoice)> applyTheme;
};

} // namespace reslens::gui
