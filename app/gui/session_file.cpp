#include "gui/session_file.h"

#include "gui/settings_json.h"
#include "session/scenario.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cmath>
#include <limits>
#include <optional>

namespace reslens::gui {

namespace {

constexpr auto kFormat = "reslens session";
constexpr int kHashDigits = 64;     // SHA-256 in hex
constexpr int kMaxPixels = 1 << 15; // longest side of a screen
constexpr int kMaxIndex = 1 << 20;  // classes, positions, channels: far beyond any network

/// Reads members one by one, and keeps the first error.
class Reader {
public:
    Reader(QJsonObject object, QString path, std::optional<Error> &error, std::string subject)
        : m_object(std::move(object)), m_path(std::move(path)), m_error(error), m_subject(std::move(subject))
    {
    }

    QString text(const QString &key)
    {
        const QJsonValue value = m_object[key];
        if (!value.isString())
            refuse(key, "text");
        return value.toString();
    }

    int integer(const QString &key, int low, int high)
    {
        const QJsonValue value = m_object[key];
        const double number = value.toDouble(std::numeric_limits<double>::quiet_NaN());
        if (std::isnan(number) || number != std::floor(number) || number < low || number > high) {
            refuse(key, QStringLiteral("a whole number from %1 to %2").arg(low).arg(high));
            return low;
        }
        return int(number);
    }

    bool flag(const QString &key)
    {
        if (!m_object[key].isBool())
            refuse(key, "true or false");
        return m_object[key].toBool();
    }

    bool has(const QString &key) const { return m_object.contains(key); }

    /// Returns one reader per object of a list.
    std::vector<Reader> list(const QString &key, qsizetype most)
    {
        std::vector<Reader> readers;
        const QJsonArray entries = m_object[key].toArray();
        if (!m_object[key].isArray() || entries.size() > most)
            refuse(key, "a list of objects");
        else
            for (const auto &entry : entries) {
                if (!entry.isObject())
                    refuse(key, "a list of objects");
                readers.push_back({entry.toObject(), m_path + key + ".", m_error, m_subject});
            }
        return readers;
    }

    QByteArray base64(const QString &key)
    {
        const auto decoded =
            QByteArray::fromBase64Encoding(text(key).toLatin1(), QByteArray::AbortOnBase64DecodingErrors);
        if (!decoded)
            refuse(key, "base64");
        return decoded ? *decoded : QByteArray();
    }

    /// Accepts nothing, or 64 hex digits.
    QString hash(const QString &key)
    {
        QString digits = text(key);
        const bool isHex = QByteArray::fromHex(digits.toLatin1()).toHex() == digits.toLatin1();
        if (!digits.isEmpty() && (digits.size() != kHashDigits || !isHex))
            refuse(key, "a SHA-256 in hex");
        return digits;
    }

    Reader object(const QString &key)
    {
        if (!m_object[key].isObject())
            refuse(key, "an object");
        return {m_object[key].toObject(), m_path + key + ".", m_error, m_subject};
    }

    std::vector<nn::BlockScale> scales(const QString &key)
    {
        std::vector<nn::BlockScale> scales;
        const QJsonArray list = m_object[key].toArray();
        if (!m_object[key].isArray() || list.size() > kMaxSessionBlocks)
            refuse(key, "a list of scales");
        for (const auto &one : list) {
            const auto scale = session::scaleFromJson(one, m_subject, std::to_string(scales.size()));
            if (!scale) {
                refuse(key, "a list of {\"alpha\", \"beta\"}");
                return {};
            }
            scales.push_back(*scale);
        }
        return scales;
    }

    /// A file from before there were settings has none.
    zoo::ModelSettings settings(const QString &key)
    {
        const QJsonValue value = m_object[key];
        auto settings = settingsFromJson(value.toObject(), QString::fromStdString(m_subject));
        if (has(key) && (!value.isObject() || !settings))
            refuse(key, settings ? QStringLiteral("an object of settings")
                                 : "settings of a model (" + QString::fromStdString(settings.error().problem) + ")");
        return settings.value_or(zoo::ModelSettings());
    }

    nn::ObjectiveKind kind(const QString &key)
    {
        const auto kind = nn::objectiveKindNamed(text(key).toStdString());
        if (!kind)
            refuse(key, "an objective");
        return kind.value_or(nn::ObjectiveKind::LogProbability);
    }

    void refuse(const QString &key, const QString &expected)
    {
        if (m_error)
            return;
        const QString found = m_object.contains(key) ? QStringLiteral("something else") : QStringLiteral("nothing");
        m_error =
            Error{ErrorKind::Malformed,
                  m_subject,
                  QStringLiteral("\"%1\" should be %2, found %3").arg(m_path + key, expected, found).toStdString(),
                  {}};
    }

private:
    const QJsonObject m_object;
    const QString m_path;
    std::optional<Error> &m_error;
    const std::string m_subject;
};

SavedPicture pictureFrom(Reader reader)
{
    SavedPicture picture{reader.text("name"), reader.text("path"), reader.hash("sha256"), reader.base64("png")};
    if (reader.has("levels")) { // older files have none
        constexpr int kMost = 65535;
        Reader levels = reader.object("levels");
        picture.levels = {levels.integer("low", 0, kMost), levels.integer("high", 0, kMost)};
    }
    return picture;
}

SavedModel modelFrom(Reader reader)
{
    return {reader.text("source"), reader.hash("sha256"), reader.text("architecture"),
            reader.integer("classes", 0, kMaxIndex), reader.settings("settings")};
}

nn::Objective objectiveFrom(Reader reader)
{
    nn::Objective objective{reader.kind("kind"), reader.integer("target", -1, kMaxIndex),
                            reader.integer("against", -1, kMaxIndex)};
    if (objective.kind == nn::ObjectiveKind::LogitDifference &&
        (objective.against < 0 || objective.against == objective.target))
        reader.refuse("against", "another class than the target");
    return objective;
}

void readSelection(Reader reader, SavedSession &session)
{
    session.position = reader.integer("position", -1, kMaxIndex);
    session.tap = reader.text("tensor");
    session.channel = reader.integer("channel", 0, kMaxIndex);
}

SavedPanel panelFrom(Reader reader)
{
    const int area = reader.integer("area", Qt::LeftDockWidgetArea, Qt::BottomDockWidgetArea);
    if (area != Qt::LeftDockWidgetArea && area != Qt::RightDockWidgetArea && area != Qt::TopDockWidgetArea &&
        area != Qt::BottomDockWidgetArea)
        reader.refuse("area", "one side of the window");
    const auto pixels = [&](const QString &key, int low) { return reader.integer(key, low, kMaxPixels); };
    return {reader.text("id"), Qt::DockWidgetArea(area), reader.flag("visible"), reader.flag("floating"),
            QRect(pixels("x", -kMaxPixels), pixels("y", -kMaxPixels), pixels("width", 0), pixels("height", 0))};
}

QJsonArray panelsJson(const std::vector<SavedPanel> &panels)
{
    QJsonArray list;
    for (const SavedPanel &panel : panels)
        list.append(QJsonObject{{"id", panel.id},
                                {"area", int(panel.area)},
                                {"visible", panel.isVisible},
                                {"floating", panel.isFloating},
                                {"x", panel.place.x()},
                                {"y", panel.place.y()},
                                {"width", panel.place.width()},
                                {"height", panel.place.height()}});
    return list;
}

} // namespace

bool isSessionFile(const QString &path)
{
    return path.endsWith(QLatin1String(".reslens"), Qt::CaseInsensitive);
}

QByteArray bytesOf(const SavedSession &session)
{
    QJsonObject picture{{"name", session.picture.name},
                        {"path", session.picture.path},
                        {"sha256", session.picture.sha256},
                        {"png", QString::fromLatin1(session.picture.png.toBase64())}};
    if (const auto &levels = session.picture.levels)
        picture["levels"] = QJsonObject{{"low", levels->low}, {"high", levels->high}};
    const QJsonObject model{{"source", session.model.source},
                            {"sha256", session.model.sha256},
                            {"architecture", session.model.architecture},
                            {"classes", session.model.classes},
                            {"settings", jsonOf(session.model.settings)}};
    const QJsonObject objective{{"kind", nn::wordsOf(session.objective.kind).name},
                                {"target", session.objective.target},
                                {"against", session.objective.against}};
    const QJsonObject selection{{"position", session.position}, {"tensor", session.tap}, {"channel", session.channel}};
    const QJsonObject window{{"tab", session.tab}, {"panels", panelsJson(session.panels)}};
    const QJsonObject all{{"format", kFormat},
                          {"version", kSessionVersion},
                          {"picture", picture},
                          {"model", model},
                          {"scales", session::jsonOf(session.scales)},
                          {"objective", objective},
                          {"selection", selection},
                          {"window", window},
                          {"note", session.note}};
    return QJsonDocument(all).toJson();
}

Result<SavedSession> savedSessionFrom(const QByteArray &bytes, const QString &name)
{
    const std::string subject = name.toStdString();
    if (bytes.size() > kMaxSessionBytes)
        return fail(ErrorKind::Limit, subject, "larger than a session can be");
    QJsonParseError parsing{};
    const QJsonDocument document = QJsonDocument::fromJson(bytes, &parsing);
    const QJsonObject object = document.object();
    if (document.isNull())
        return fail(ErrorKind::Malformed, subject, "not a session: no JSON, " + parsing.errorString().toStdString(),
                    std::uint64_t(parsing.offset));
    if (object["format"] != kFormat)
        return fail(ErrorKind::Malformed, subject,
                    "not a session of ResLens: \"format\" should be \"reslens session\"");
    std::optional<Error> error;
    Reader reader(object, {}, error, subject);
    const int version = reader.integer("version", 1, std::numeric_limits<int>::max());
    if (!error && version > kSessionVersion)
        return fail(ErrorKind::Unsupported, subject,
                    "saved by a newer ResLens (session version " + std::to_string(version) + ", this one reads " +
                        std::to_string(kSessionVersion) + ")");
    SavedSession session;
    session.picture = pictureFrom(reader.object("picture"));
    session.model = modelFrom(reader.object("model"));
    session.scales = reader.scales("scales");
    session.objective = objectiveFrom(reader.object("objective"));
    readSelection(reader.object("selection"), session);
    Reader window = reader.object("window");
    session.tab = window.text("tab");
    if (!window.has("layout")) // an older file's layout is left out
        for (const Reader &panel : window.list("panels", kMaxSessionPanels))
            session.panels.push_back(panelFrom(panel));
    session.note = reader.text("note");
    if (error)
        return tl::unexpected(*error);
    return session;
}

} // namespace reslens::gui
