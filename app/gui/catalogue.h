// What the window offers without a file dialog: the models and the sample pictures that came with the program.
#pragma once

#include <QString>

#include <vector>

namespace reslens::gui {

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

} // namespace reslens::gui
