// Starts ResLens' window: connects its parts.
#include "gui/application_look.h"
#include "gui/command_line.h"
#include "gui/main_window.h"
#include "gui/model_memory.h"
#include "gui/session_file.h"
#include "session/executor_choice.h"
#include "session/session.h"
#include "zoo/embedded.h"
#include "zoo/open_model.h"

#include <QApplication>
#include <QPixmap>
#include <QTimer>

#include <cstdio>
#include <map>

namespace {

using namespace reslens;

gui::Catalogue catalogue()
{
    gui::Catalogue result;
    for (const zoo::EmbeddedModel &model : zoo::embeddedModels())
        result.models.push_back({QString::fromStdString(model.name), QString::fromStdString(model.title),
                                 QString::fromStdString(model.description)});
    for (const zoo::Sample &sample : zoo::samples())
        result.samples.push_back({QString::fromStdString(sample.title), QString::fromStdString(sample.path)});
    return result;
}

/// `listener` receives notes; it is set before the first request.
session::WorkerServices services(const gui::CommandLine &line, session::Session *const &listener,
                                 const std::shared_ptr<gui::ModelMemory> &memory)
{
    const auto note = [&listener](const std::string &text) {
        QMetaObject::invokeMethod(
            listener, [to = listener, text] { emit to->noticed(QString::fromStdString(text)); }, Qt::QueuedConnection);
    };
    const session::DeviceRequest request{
        .device = line.device.toStdString(), .onNote = note, .hasHalfWeights = line.hasHalfWeights};
    // Every device that was chosen once stays open.
    const auto factories = std::make_shared<std::map<std::string, session::ExecutorFactory>>();
    return {[](const std::string &nameOrPath, const zoo::ModelSettings &settings) {
                return zoo::openModel(nameOrPath, settings, "model settings");
            },
            [request, factories](std::shared_ptr<const nn::Model> model, const std::string &device) {
                session::DeviceRequest chosen = request;
                if (!device.empty())
                    chosen.device = device;
                if (chosen.device == "cpu")
                    chosen.hasHalfWeights = false; // of the Vulkan devices
                return factories->try_emplace(device, chosen).first->second(std::move(model));
            },
            true,
            session::deviceChoices,
            [memory](const std::string &nameOrPath) { return memory->recall(nameOrPath); },
            [memory](const std::string &nameOrPath, const zoo::ModelSettings &settings) {
                memory->remember(nameOrPath, settings);
            }};
}

constexpr int kLookMs = 100;
constexpr int kQuietLooks = 5; // idle checks in a row after which layouts and thumbnails are at rest

void endWith(const QString &problem)
{
    std::fprintf(stderr, "reslens: error: %s\n", qPrintable(problem));
    QCoreApplication::exit(1);
}

/// Saves a picture of the window once the first prediction and its feature maps are on it, and ends the program. The
/// exit code is 0 if the file was written, and 1 if something failed first (told on stderr).
void saveScreenshotWhenReady(session::Session &session, QWidget &window, const QString &path)
{
    auto *watch = new QTimer(&window);
    watch->setInterval(kLookMs);
    QObject::connect(watch, &QTimer::timeout, &window, [&session, &window, path, quiet = 0]() mutable {
        const bool isQuiet = session.traced() && session.activity().isEmpty() && !session.worker().isAnyUnderWay();
        quiet = isQuiet ? quiet + 1 : 0;
        if (quiet < kQuietLooks)
            return;
        if (window.grab().save(path, "PNG"))
            QCoreApplication::exit(0);
        else
            endWith(path + QStringLiteral(": cannot be written"));
    });
    watch->start();
    QObject::connect(&session, &session::Session::failed, &window, &endWith);
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication::setApplicationName("ResLens");
    QCoreApplication::setOrganizationName("ResLens");
    QCoreApplication::setApplicationVersion(RESLENS_VERSION);
    if (gui::asksAboutProgram({argv + 1, argv + argc})) {
        const QCoreApplication withoutDisplay(argc, argv);
        gui::parseCommandLine(QCoreApplication::arguments()); // prints help or version and ends the program
    }
    QApplication application(argc, argv);
    const QPalette systemPalette = QApplication::palette();
    const gui::CommandLine line = gui::parseCommandLine(QApplication::arguments());

    gui::Settings settings;
    const gui::Catalogue offered = catalogue();
    session::Session *listener = nullptr;
    session::Session session(services(line, listener, std::make_shared<gui::ModelMemory>(settings.fileName())));
    listener = &session;
    const auto applyTheme = [&](gui::ThemeChoice choice) { gui::applyTheme(application, choice, systemPalette); };
    applyTheme(line.theme.value_or(settings.theme()));
    gui::MainWindow window({session, offered, settings, applyTheme});
    if (!line.size.isEmpty())
        window.resize(line.size);
    window.showPage(line.page);
    window.showMap(line.map);
    if (!line.screenshot.isEmpty())
        saveScreenshotWhenReady(session, window, line.screenshot);
    window.show();

    if (!line.model.isEmpty())
        session.openModel(line.model);
    else if (!offered.models.empty())
        session.openModel(offered.models.front().name);
    if (line.paths.size() == 1 && gui::isSessionFile(line.paths.front()))
        window.openSession(line.paths.front());
    else
        session.openPaths(line.paths);
    return QApplication::exec();
}
