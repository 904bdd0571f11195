import com.amazonaws.services.dynamodbv2.local.main.ServerRunner;
import com.amazonaws.services.dynamodbv2.local.server.DynamoDBProxyServer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * DynamoDB Local on the loopback address only.
 *
 * Its own main class listens on every address and has no option for that; nothing of ours may be reached from outside
 * 127.0.0.1. So the server is made by its own factory from the usual arguments, and its connector is told the host
 * before it starts. Run from source: it needs a JDK, not only a runtime.
 */
class LoopbackDynamoDB {
    public static void main(String[] arguments) throws Exception {
        DynamoDBProxyServer proxy = ServerRunner.createServerFromCommandLineArgs(arguments);
        var field = DynamoDBProxyServer.class.getDeclaredField("server");
        field.setAccessible(true);
        Server server = (Server) field.get(proxy);
        ((ServerConnector) server.getConnectors()[0]).setHost("127.0.0.1");
        proxy.safeStart();
        proxy.join();
    }
}
