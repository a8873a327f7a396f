#include "gui/settings_json.h"

#include <QJsonArray>

namespace reslens::gui {

namespace {

const QString kClasses = QStringLiteral("classes");
constexpr qsizetype kMostClasses = 1 << 20;
constexpr qsizetype kLongestText = 1 << 16; // of a setting or a name

} // namespace

QJsonObject jsonOf(const zoo::ModelSettings &settings)
{
    QJsonObject object;
    for (const auto &[key, text] : zoo::wordsOf(settings))
        object[QString::fromStdString(key)] = QString::fromStdString(text);
    QJsonArray classes;
    for (const std::string &label : settings.options.labels)
        classes.append(QString::fromStdString(label));
    if (!classes.isEmpty())
        object[kClasses] = classes;
    return object;
}

Result<zoo::ModelSettings> settingsFromJson(const QJsonObject &object, const QString &name)
{
    const auto malformed = [&](const QString &key) {
        return fail(ErrorKind::Malformed, name.toStdString(),
                    "the setting '" + key.left(64).toStdString() + "' is not what it should be");
    };
    const auto isText = [](const QJsonValue &value) {
        return value.isString() && value.toString().size() <= kLongestText;
    };
    zoo::SettingWords words;
    for (auto it = object.begin(); it != object.end(); ++it) {
        if (it.key() == kClasses)
            continue;
        if (!isText(it.value()))
            return malformed(it.key());
        words.emplace(it.key().toStdString(), it.value().toString().toStdString());
    }
    auto settings = zoo::settingsFrom(words);
    if (!settings)
        return fail(settings.error().kind, name.toStdString(), settings.error().problem);
    const QJsonArray classes = object[kClasses].toArray();
    if ((object.contains(kClasses) && !object[kClasses].isArray()) || classes.size() > kMostClasses)
        return malformed(kClasses);
    for (const auto &label : classes) {
        if (!isText(label))
            return malformed(kClasses);
        settings->options.labels.push_back(label.toString().toStdString());
    }
    return settings;
}

} // namespace reslens::gui
