// A person's settings of a model as JSON, for sessions and for the memory of the window.
#pragma once

#include "error/error.h"
#include "zoo/model_settings.h"

#include <QJsonObject>
#include <QString>

namespace reslens::gui {

/// The words of zoo::wordsOf(), and "classes": the names that were typed or read from a file.
QJsonObject jsonOf(const zoo::ModelSettings &settings);

/// `name` is the subject of errors. Malformed: a value is no text, or too long. InvalidInput: zoo::settingsFrom()'s.
Result<zoo::ModelSettings> settingsFromJson(const QJsonObject &object, const QString &name);

} // namespace reslens::gui
