// reslens-cli devices: every device that can run a network here, the default one, and the reason.
#include "cli/arguments.h"
#include "cli/report.h"
#include "engine/device.h"

#include <algorithm>

namespace reslens::cli {

namespace {

/// The CPU reference is the default without a Vulkan device. Every command takes it as --device cpu.
Json referenceJson(bool isDefault)
{
    return {{"index", nullptr},
            {"name", "CPU reference"},
            {"kind", "reference"},
            {"driver", ""},
            {"usable", true},
            {"default", isDefault},
            {"memory", {{"bytes", nullptr}, {"budget", nullptr}}},
            {"reason", "plain formulas, and oneDNN for convolutions; chosen with --device cpu"}};
}

Json deviceJson(const engine::DeviceReport &device)
{
    Json memory{{"bytes", device.memoryBytes}, {"budget", nullptr}};
    if (device.budgetBytes) // VK_EXT_memory_budget: what this process may use now
        memory["budget"] = *device.budgetBytes;
    return {{"index", device.index},     {"name", device.info.name},
            {"kind", device.info.kind},  {"driver", device.info.driver},
            {"usable", device.isUsable}, {"default", device.isDefault},
            {"memory", memory},          {"reason", device.info.reason}};
}

void printText(const Json &devices)
{
    const auto text = [](const Json &value) { return QString::fromStdString(value.get<std::string>()); };
    for (const Json &device : devices) {
        const QString index = device["index"].is_null() ? "cpu" : QString::number(device["index"].get<int>());
        const QString driver = text(device["driver"]).isEmpty() ? QString() : ", " + text(device["driver"]);
        print(QStringLiteral("%1 %2  %3 (%4%5)\n       %6\n")
                  .arg(device["default"].get<bool>() ? QChar(u'*') : QChar(u' '))
                  .arg(index, -3)
                  .arg(text(device["name"]), text(device["kind"]), driver, text(device["reason"])));
    }
    print("* is used unless --device says otherwise\n");
}

} // namespace

int devices(const Command &self, const QStringList &given)
{
    Arguments arguments(self, "");
    if (const auto over = arguments.parse(given))
        return *over;
    if (!arguments.positional().isEmpty())
        return arguments.wrong("takes no further arguments");

    const std::vector<engine::DeviceReport> found = engine::listDevices();
    const bool hasDefault =
        std::any_of(found.begin(), found.end(), [](const auto &device) { return device.isDefault; });
    Json devices = Json::array();
    for (const engine::DeviceReport &device : found)
        devices.push_back(deviceJson(device));
    devices.push_back(referenceJson(!hasDefault));
    if (!arguments.wantsJson()) {
        printText(devices);
        return kDone;
    }
    const auto chosen =
        std::find_if(devices.begin(), devices.end(), [](const Json &device) { return device["default"].get<bool>(); });
    printJson({{"devices", devices}, {"default", (*chosen)["name"]}, {"reason", (*chosen)["reason"]}});
    return kDone;
}

} // namespace reslens::cli
